hello = Hola {"{customer}"}, le habla {"{agent}"} de {"{company}"}. Veo la misma página que usted. ¿En qué puedo ayudarle?
moment = Un momento, por favor, lo estoy mirando.
where = Se lo señalo ahora en su página. ¿Lo ve?
press = Pulse, por favor, el botón que he marcado.
private = No envíe aquí contraseñas ni números de tarjeta. Escríbalos en la página: allí no puedo verlos.
anything = ¿Puedo ayudarle en algo más?
bye = Gracias y que tenga un buen día. Puede terminar la ayuda ahora, o lo haré yo.
