hello = Guten Tag {"{customer}"}, hier ist {"{agent}"} von {"{company}"}. Ich sehe dieselbe Seite wie Sie. Wie kann ich helfen?
moment = Einen Moment bitte, ich sehe für Sie nach.
where = Ich zeige es Ihnen jetzt auf Ihrer Seite. Sehen Sie es?
press = Bitte drücken Sie den Knopf, den ich markiert habe.
private = Bitte senden Sie hier keine Passwörter oder Kartennummern. Tippen Sie sie in die Seite: Dort kann ich sie nicht sehen.
anything = Kann ich sonst noch etwas für Sie tun?
bye = Vielen Dank und einen schönen Tag. Sie können die Hilfe jetzt beenden, oder ich tue es.
