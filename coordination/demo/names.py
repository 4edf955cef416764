"""Invented people: names that nobody bears, addresses nobody reads, numbers kept free for films and books."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from coordination.search.rules import fold

GIVEN = """
    Aylin Jonas Mira Deniz Lena Paweł Fatima Till Ngozi Hannes Zeynep Karl-Oskar Olena Bilal Ronja Mehmet Swantje
    Amadou Ilse-Marie Dragan Yasemin Fiete Thuy Henrike Malik Rosalie Ivana Tjark Leyla Konrad Samira Nils
    Agnieszka Emre Wiebke Farid Solveig Tomasz Nele Kwame Annegret Rania Bo Marlene Sinan Friederike Ionela Jasper
    Hava Lotta Ömer Greta Vasil Johanna Selim Ida Marek Charlotte Reza Insa Tariq Paula Arvid Nadja Ece Justus
    Minh Clara Goran Elif
""".split()  # noqa: SIM905 - a list of a hundred lines reads worse
#: Words that are no family names, so that nobody real is meant.
FAMILY = """
    Ahornblatt Bachkiesel Çiçekbahçe Dünengras-Wiesenschaumkraut Eisvogelsang Farnkraut Gänseblum Haselstrauch Igelkott
    Jasminduft Kirschgarten Löwenzahnki Morgentau Nussknackow Ölweidenast Pusteblumski Quellmoos Regenbogner
    Sternschnuppe Taubnessel Uferschilf Veilchenduft Wolkenschaf Yıldıztozu Zaunkönigin Apfelschorle Brombeerhain
    Dachsbauer-Tal Erdbeermund Feldlerchow Glühwurm Himbeereis Immergrün Jahresring Klatschmohn Lavendelfeld
    Mondscheiner Nebelkrähe Orchideenhof Pfefferminzki Rosmarinek Schneeglöck Tannenzapf Ulmenschatten Vergissmeinnicht
    Weidenkätz Zitronenfalter Bernsteinow Donnerkeil Efeuranke Fliederbusch Grashüpfer Holunderblüt Juniregen
    Kornblumski Lindenduft Maikäferle Nordlichter Pappelallee Rotkehlchen Silberdistel Traubenkirsch Wacholderow
    Butterblum Distelfink Erlenbruch Flussperle Ginsterheide Heidekrautz Kastanienow Lilienweiß Mirabellek Quittengelee
    Schilfrohr Wiesengrund-Bach Zimtstern
""".split()  # noqa: SIM905 - a list of a hundred lines reads worse


@dataclass(frozen=True, slots=True)
class InventedPerson:
    """Name and official contact of somebody who does not exist."""

    given_name: str
    family_name: str
    email: str
    phone: str
    mobile: str


def people(random: Random) -> Iterator[InventedPerson]:
    """Yield people without end, none twice; the same for the same ``random``.

    Numbers come from the ranges that the Bundesnetzagentur keeps free for productions of media
    (Mitteilung 148/2021): Köln 4710 000 to 999, Berlin 23125 000 to 999, mobile 0171 39200 00 to 99.
    """
    seen: set[tuple[str, str]] = set()
    number = 0
    while True:
        family = FAMILY[number % len(FAMILY)]
        name = (random.choice(GIVEN), family)
        if name in seen:
            continue
        seen.add(name)
        local = f"{fold(name[0])}.{fold(family)}".replace("-", "")
        phone = f"+492214710{number % 1000:03d}" if number < 1000 else f"+493023125{number % 1000:03d}"
        mobile = f"+491713920{number % 100:03d}" if number < 100 else ""
        yield InventedPerson(*name, f"{local}@example.org", phone, mobile)
        number += 1
