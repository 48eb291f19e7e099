panel-title = Help on this page
loading = One moment…
try-again = Try again
close = Close
problem-title = Help isn't available
problem-origin = Help has not been set up for this website yet. You can go on using the page; please call us instead.
problem-unreachable = We can't reach our helpers right now. You can go on using the page; please try again in a moment.
