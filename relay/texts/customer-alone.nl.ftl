panel-title = Hulp op deze pagina
loading = Een ogenblik…
try-again = Probeer opnieuw
close = Sluiten
problem-title = Hulp is niet beschikbaar
problem-origin = Hulp is voor deze website nog niet ingesteld. U kunt de pagina gewoon blijven gebruiken; belt u ons liever even.
problem-unreachable = We kunnen onze helpers nu niet bereiken. U kunt de pagina gewoon blijven gebruiken; probeer het zo nog eens.
