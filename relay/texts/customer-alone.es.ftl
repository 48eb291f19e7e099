panel-title = Ayuda en esta página
loading = Un momento…
try-again = Intentar de nuevo
close = Cerrar
problem-title = La ayuda no está disponible
problem-origin = La ayuda aún no está instalada en este sitio. Puede seguir usando la página; por favor, llámenos.
problem-unreachable = Ahora no podemos comunicar con nadie que le ayude. Puede seguir usando la página; inténtelo de nuevo en un momento.
