panel-title = De l’aide sur cette page
loading = Un instant…
try-again = Réessayer
close = Fermer
problem-title = L’aide n’est pas disponible
problem-origin = L’aide n’est pas encore installée pour ce site. Vous pouvez continuer à utiliser la page ; veuillez nous appeler.
problem-unreachable = Nous ne pouvons joindre personne pour l’instant. Vous pouvez continuer à utiliser la page ; veuillez réessayer dans un moment.
