import subprocess
import sys

import pytest

from routesim.display import show_view

pytestmark = pytest.mark.slow


def test_an_unknown_view_is_named():
    with pytest.raises(LookupError, match="route has no view 'plot'"):
        show_view("route", "plot", None)


LIGHT = {
    "import": "import routesim.view",
    "repr": (
        "from routesim.network import load_network\n"
        "load_network().route('Khasan', 'Vladivostok')._repr_html_()"
    ),
}
CHECK = "import sys\nassert not {'matplotlib', 'folium'} & set(sys.modules)"


@pytest.mark.parametrize("statement", LIGHT.values(), ids=LIGHT)
def test_drawing_packages_are_not_loaded_before_drawing(statement):
    script = f"{statement}\n{CHECK}"
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)
