panel-title = Hilfe auf dieser Seite
loading = Einen Moment…
try-again = Noch einmal versuchen
close = Schließen
problem-title = Hilfe ist nicht verfügbar
problem-origin = Für diese Website ist die Hilfe noch nicht eingerichtet. Sie können die Seite weiter benutzen; bitte rufen Sie uns an.
problem-unreachable = Wir erreichen gerade niemanden, der helfen kann. Sie können die Seite weiter benutzen; bitte versuchen Sie es gleich noch einmal.
