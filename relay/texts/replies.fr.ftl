hello = Bonjour {"{customer}"}, ici {"{agent}"} de {"{company}"}. Je vois la même page que vous. Comment puis-je vous aider ?
moment = Un instant s’il vous plaît, je regarde.
where = Je vous le montre maintenant sur votre page. Le voyez-vous ?
press = Appuyez s’il vous plaît sur le bouton que j’ai marqué.
private = N’envoyez pas ici de mots de passe ni de numéros de carte. Tapez-les dans la page : là, je ne peux pas les voir.
anything = Puis-je encore faire quelque chose pour vous ?
bye = Merci et bonne journée. Vous pouvez terminer l’aide maintenant, ou je le ferai.
