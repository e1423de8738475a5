"""The tables of command lines.

Each line is a case; ``&&`` separates commands that share a folder. A line with placeholders
stands for several cases.
"""

from __future__ import annotations

__all__ = [
    "AS_JSON",
    "AS_TEXT",
    "AS_TEXT_AND_JSON",
    "COMMANDS",
    "ON_A_TERMINAL",
    "WITH_BAD_INPUT",
    "WITH_VERDICT",
]

COMMANDS = (
    "journeys", "stations", "route", "train", "simulate", "check", "condition", "where",
    "routes", "score", "conflicts", "worlds", "bounds", "could", "zones", "whatif", "map",
    "diagram", "page", "new", "validate",
)  # fmt: skip

AS_TEXT_AND_JSON = """
journeys
stations
stations --line "Khasan branch"
route Khasan Vladivostok --via Ussuriysk
route Pyongyang Vladivostok
route Khabarovsk Pyongyang
train
train special
train freight
train special --route Khasan Ussuriysk --speed 54 --stop Ryazanovka=10min
train passenger --route Khasan Vladivostok --via Ussuriysk --stop Ussuriysk=30min
train passenger --route Khasan Ussuriysk --stop Ryazanovka=10min -o train.svg
validate {journey}
validate geodata
new mine
new mine && validate mine.toml
new mine && check mine.toml --draws 500
simulate {journey}
condition {journey}
where {journey} --at {instant} --past Khasan --past Tumangang --draws 500
routes {journey}
check {journey}
conflicts {journey}
worlds {journey}
bounds {journey}
could {journey} --stand Khasan=1h
could {journey} --stand Khasan=5h
zones {journey}
whatif {journey} --speed 50:60 --draws 500
whatif {journey} --depart {depart} --dwell Khasan=1h --dwell Baranovsky=20min --draws 500
map 2023-09 -o map.html --prior --draws 500
diagram 2023-09 -o diagram.svg --prior --draws 500
page 2023-09 -o page.html --draws 500
where 2023-09 --at 2023-09-01T00:00Z --past Khasan --draws 500
could 2023-09 --at Pyongyang=2023-09-10T20:00+09:00 --at Khasan=2023-09-12T06:00+10:00 \
--speed 50 --alone
could 2023-09 --at Pyongyang=2023-09-10T20:00+09:00 --at Khasan=2023-09-11T12:00+10:00 \
--speed 40:50 --alone
could 2023-09 --arrive Khasan=2023-09-11T12:00+10:00/2023-09-12T12:00+10:00
"""
"""Commands that run twice: without and with ``--json``."""

AS_TEXT = """
--version
stations --line Pyongra --network geodata
stations --line Trans-Siberian
route Khasan Vladivostok
route Vladivostok Khasan --via Ussuriysk
route Pyongyang Vladivostok --via Rajin --via Ussuriysk
route 두만강 Хасан
route cheongjin Komsomolsk-na-Amure --network geodata
train --list
train passenger
train special --route Pyongyang Khasan --stop Rajin=10min --stop Tumangang=1h
train freight --route Pyongyang Khasan --network geodata
train passenger --route Khasan Vladivostok
train special -o special.svg
train passenger -o passenger.png
train freight --route Pyongyang Khasan --stop Hongui=10min -o train.png
train geodata/trains/freight.toml
validate geodata/journeys/{journey}.toml --network geodata
new mine -o folder/other.toml
new mine && new mine --force
new mine && simulate mine.toml --draws 500
new mine && condition mine.toml --draws 500
new mine && where mine.toml --at 2024-05-01T15:00+10:00 --draws 500
new mine && routes mine.toml
new mine && score mine.toml --draws 500
new mine && conflicts mine.toml
new mine && worlds mine.toml
new mine && bounds mine.toml
new mine && could mine.toml --stand Khasan=2h
new mine && zones mine.toml
new mine && whatif mine.toml --speed 40 --draws 500
new mine && map mine.toml -o mine.html --draws 500
new mine && diagram mine.toml -o mine.svg --draws 500
new mine && page mine.toml -o mine.html --draws 500
simulate {journey} --route {route}
simulate {journey} --every --draws 500 --seed 7
simulate {journey} --draws 500 --set stops.Tumangang.dwell_min.p95=1200 -o windows.csv
simulate {journey} --draws 500 --priors own.toml --network geodata -o windows.geojson
condition 2019-04 --route direct --draws 500
condition 2023-09 --route {route} --draws 500
condition {journey} --draws 500 --every --as-of {known} --ends
condition {journey} --draws 500 --drop {drop} --seed 7 -o windows.csv
condition 2023-09 --drop C23 --set stops.Tumangang.dwell_min.p95=1200 --draws 500
condition 2023-09 --draws 500 --reliability 0.9 --reliability C23=0.5 -o windows.geojson
condition 2023-09 --draws 500 --priors own.toml --network geodata
condition 2023-09 --draws 500 --strict
where {journey} --at {instant} --prior --draws 500
where {journey} --at {instant} --world 2 --drop {drop} --draws 500
where {journey} --at {instant} --as-of 2001-01-01T00:00Z --draws 500
where 2023-09 --at {noon} --route vostochny --as-of {known} --draws 500
where 2023-09 --at 2023-12-01T00:00Z --draws 500
routes {journey} --track
routes {journey} --drop {drop} --set trust.reliability=0.8 --seed 3
routes 2023-09 --priors own.toml --network geodata --as-of {known}
score 2019-04
score 2023-09
score 2019-04 --route direct --draws 200
check 2019-04 --route direct --draws 500
check 2023-09 --route {route} --draws 500
check {journey} --draws 500 --as-of {known} --seed 4
check 2023-09 --draws 500 --priors own.toml --network geodata
check 2023-09 --draws 500 --set stops.Tumangang.dwell_min.p95=1200
check 2023-09 --as-of 2001-01-01T00:00Z --draws 500
conflicts 2019-04 --route direct
conflicts 2023-09 --route {route}
conflicts {journey} --as-of {known}
conflicts {journey} --drop {drop} --max-size 2
conflicts {journey} --as-of 2001-01-01T00:00Z
conflicts {journey} --brief
conflicts 2023-09 --limit 2 --network geodata
conflicts 2019-04 --limit 100
worlds 2019-04 --route direct
worlds 2023-09 --route {route}
worlds {journey} --as-of {known} --drop {drop}
worlds {journey} --as-of 2001-01-01T00:00Z
worlds 2023-09 --network geodata
bounds 2019-04 --route direct
bounds 2023-09 --route {route}
bounds {journey} --every --stretches
bounds {journey} --world 3 --stretches
bounds {journey} --as-of {known} --drop {drop}
bounds {journey} --as-of 2001-01-01T00:00Z
bounds 2023-09 --world 1 --network geodata
could {journey} --stand Tumangang=20h --drop {drop}
could {journey} --at Khasan={instant}
could {journey} --at Tumangang={instant} --speed 50
could {journey} --stand Khasan=1h --as-of 2001-01-01T00:00Z
could 2023-09 --at Pyongyang=2023-09-10T20:00+09:00 --at Khasan=2023-09-11T12:00+10:00 \
--speed 60 --alone --network geodata
could 2023-09 --arrive Khasan=2023-09-11T12:00+10:00/2023-09-12T12:00+10:00 --given C16
could 2023-09 --depart Pyongyang=2023-09-11T09:00+09:00 --as-of {known}
could 2023-09 --stand Khasan=5h --drop C21.2
could 2023-09 --at Khabarovsk={noon} --route vostochny
could 2019-04 --depart Pyongyang=2019-04-23T18:00+09:00 \
--arrive Vladivostok=2019-04-24T18:00+10:00
zones 2019-04 --route direct
zones 2023-09 --route {route}
zones {journey} --as-of {known} --drop {drop}
zones {journey} --as-of 2001-01-01T00:00Z
whatif {journey}
whatif {journey} --route {route} --drop {drop} --draws 500
whatif {journey} --every --speed 45 --draws 500 --seed 5 --network geodata
whatif 2019-04 --depart Khasan=2019-04-24T11:40+10:00 --route direct --speed 60 \
--dwell Baranovsky=20min --draws 500
map {journey} -o map.html --draws 500
map 2023-09 -o map.html --prior --route {route} --draws 500
map 2023-09 -o map.html
diagram {journey} -o diagram.svg --draws 500
diagram 2023-09 -o diagram.png --draws 500
diagram 2019-04 -o diagram.svg --prior --route direct --draws 500
page {journey} -o folder/page.html
page 2023-09 -o page.html --draws 500 --seed 3 --priors own.toml --network geodata
page 2023-09 -o page.html --draws 500 --set trust.reliability=0.8
"""
"""Commands that run without ``--json``."""

AS_JSON = """
route Pyongyang Vladivostok --via Ussuriysk
train --list
train passenger
simulate {journey} --route {route} --draws 500
condition 2019-04 --route direct --draws 500 --drop {drop}
condition 2023-09 --route {route} --draws 500 --as-of {known} --reliability C23=0.5
condition 2023-09 --draws 500 --set stops.Tumangang.dwell_min.p95=1200
where 2023-09 --at {instant} --prior --world 2 --draws 500
where 2023-09 --at {noon} --route komsomolsk --draws 500
routes {journey} --track --reliability 0.8 --as-of {known}
score 2019-04 --draws 200
check 2023-09 --route {route} --draws 500 --as-of {known}
check 2019-04 --route direct --draws 500
conflicts 2023-09 --route {route}
conflicts 2023-09 --as-of {known} --drop {drop}
conflicts 2019-04 --route direct --max-size 2
worlds 2023-09 --route {route} --as-of {known}
worlds 2019-04 --route direct
bounds 2023-09 --route {route}
bounds 2023-09 --world 3 --as-of {known}
bounds 2019-04 --route direct --drop {drop}
could 2019-04 --at Khasan={instant} --speed 50
could 2023-09 --arrive Khasan=2023-09-11T12:00+10:00/2023-09-12T12:00+10:00 --given C16
zones 2023-09 --route {route} --as-of {known}
zones 2019-04 --drop {drop}
whatif {journey} --route {route} --draws 500
whatif {journey} --every --speed 45 --drop {drop} --draws 500
worlds 2023-09 --as-of 2001-01-01T00:00Z
bounds 2023-09 --as-of 2001-01-01T00:00Z
conflicts 2023-09 --as-of 2001-01-01T00:00Z
zones 2023-09 --as-of 2001-01-01T00:00Z
"""
"""Commands that run with ``--json``."""

ON_A_TERMINAL = """
--help
condition --help
journeys
stations --line "Khasan branch"
route Khasan Vladivostok --via Ussuriysk
train freight --route Khasan Ussuriysk
simulate 2023-09 --draws 500
condition 2023-09 --draws 500
where 2023-09 --at 2023-09-11T19:00+09:00 --draws 500
routes 2023-09 --track
score 2019-04 --draws 200
check 2023-09 --draws 500
conflicts 2023-09
worlds 2023-09
bounds 2023-09 --stretches
could 2023-09 --stand Khasan=5h
zones 2023-09
whatif 2023-09 --speed 50 --draws 500
"""
"""Commands that run in a terminal of 100 columns, with colors."""

WITH_VERDICT = """
check 2023-09 --draws 500 --fail-on strained
check 2019-04 --route direct --draws 500 --fail-on impossible
check 2019-04 --route direct --draws 500 --fail-on impossible --json
"""
"""Commands with exit code 1."""

WITH_BAD_INPUT = """
fly
simulate
simulate --nonsense
route Khasan
route Kasan Vladivostok
route Khasan Khasan
route Khasan Vladivostok --via Atlantis
route Khasan Vladivostok --network missing
stations --line Circle
simulate 1999-01
simulate missing.toml
simulate 2023-09 --route moscow
simulate 2023-09 --draws 0
simulate 2023-09 --draws many
simulate 2023-09 --draws 999999999999
simulate 2023-09 --seed -1
simulate 2023-09 -o windows.xyz
simulate 2023-09 -o blocked/windows.csv
simulate 2023-09 --set nonsense
simulate 2023-09 --set nonsense=1
simulate 2023-09 --set stops.Nowhere.dwell_min.p95=3
simulate 2023-09 --set trust.reliability=2 --set trust.reliability=3
simulate 2023-09 --set stops.Tumangang.dwell_min.p95=soon
simulate 2023-09 --set routes.vladivostok.prior=2
simulate 2023-09 --priors missing.toml
simulate 2023-09 --priors badpriors.toml
simulate 2023-09 --priors notoml.toml
check 2023-09 --as-of soon
check 2023-09 --fail-on everything
condition 2023-09 --drop C99
condition 2023-09 --reliability C23=2
condition 2023-09 --reliability often
condition 2023-09 --reliability C99=0.5
condition 2023-09 --reliability 0.5 --reliability 0.6
condition 2023-09 --set trust.reliability=2
condition 2023-09 --route nowhere
condition 2023-09 --as-of 2023-09-12T00:00
condition 2023-09 -o windows.pdf
where 2023-09
where 2023-09 --at 2023-09-11T19:00
where 2023-09 --at yesterday
where 2023-09 --at 2023-09-11T00:00Z --world 99
where 2023-09 --at 2023-09-11T00:00Z --past Mars
routes 2023-09 --reliability 0.9
routes 2023-09 --track --reliability 2
score 2023-09 --draws 0
score 2023-09 --route moscow
conflicts 2023-09 --drop C999
conflicts 2023-09 --max-size 0
conflicts 2023-09 --limit 0
worlds 2023-09 --drop C999
worlds 2023-09 --as-of 2023-09-12T00:00
bounds 2023-09 --as-of soon
bounds 2023-09 --world 0
bounds 2023-09 --world 99
zones 2023-09 --route moscow
could 2023-09
could 2023-09 --at Khasan
could 2023-09 --at Khasan=2023-09-11T12:00
could 2023-09 --at Kasan=2023-09-11T12:00Z
could 2023-09 --at Khabarovsk=2023-09-11T12:00Z
could 2023-09 --at Khasan=2023-09-12T12:00Z/2023-09-11T12:00Z
could 2023-09 --at Khasan=2023-09-12T12:00Z/
could 2023-09 --stand Khasan=1h --stand Khasan=2h
could 2023-09 --stand Khasan=soon
could 2023-09 --stand Khasan=1h --speed 0
could 2023-09 --stand Khasan=1h --speed nan
could 2023-09 --stand Khasan=1h --speed 60:50
could 2023-09 --stand Khasan=1h --speed fast
could 2023-09 --stand Khasan=1h --alone --given C01
could 2023-09 --stand Khasan=1h --given C9
whatif 2019-04 --drop C99
whatif 2023-09 --speed fast
whatif 2023-09 --speed 60:50
whatif 2023-09 --speed nan
whatif 2023-09 --speed 500
whatif 2023-09 --dwell Khasan
whatif 2023-09 --dwell Khasan=soon
whatif 2023-09 --depart 2023-09-10T22:00
whatif 2023-09 --depart Nowhere=2023-09-10T22:00Z
whatif 2023-09 --route moscow
map 2023-09
map 2023-09 -o map.pdf
map 2023-09 -o blocked/map.html
diagram 2023-09 -o diagram.gif
diagram 2023-09 -o blocked/diagram.svg
diagram 2023-09 -o folder.svg
page 2019-04 -o page.txt
page 2019-04 -o blocked/page.html
new ../evil
new "two words"
new mine -o blocked/mine.toml
new mine && new mine
validate missing.toml
validate empty.toml
validate notoml.toml
validate zeros.toml
validate deep.toml
validate unknown.toml
validate unknown.toml --json
validate folder.svg
validate blocked
train specal
train nowhere.toml
train badtrain.toml
train --route Khasan Ussuriysk
train special --route Khasan
train special --speed 50
train special --stop Khasan=1h --via Rajin
train special --route Khasan Ussuriysk --speed 0
train special --route Khasan Ussuriysk --speed nan
train special --route Khasan Ussuriysk --speed 1e99
train special --route Khasan Ussuriysk --stop Ryazanovka
train special --route Khasan Ussuriysk --stop Ryazanovka=soon
train special --route Khasan Ussuriysk --stop Rajin=1h
train special --route Khasan Atlantis
train special --route Khasan Khasan
train special -o chart.pdf
"""
"""Commands with invalid input, and so with exit code 2."""
