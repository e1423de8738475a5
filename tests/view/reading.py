"""Helpers that read HTML: texts, sections, table rows and facts of the ledger."""

import re

from routesim.view.html.links import make_anchor


def read_text(html):
    """Return the text of a piece of HTML, without tags."""
    return re.sub(r"<[^>]+>", "", re.sub(r"<(script|style).*?</\1>", "", html, flags=re.DOTALL))


def read_section(page, name):
    start = page.index(f'<section aria-labelledby="{name}"')
    return page[start : page.index("</section>", start)]


def read_lead(page):
    return page[page.index("<header") : page.index("</header>")]


def read_rows(html, caption):
    """Return the body cells of the table with a caption, as one list per row."""
    table = html[html.index(f"<caption>{caption}") :]
    body = table[table.index("<tbody>") : table.index("</table>")]
    return [
        [read_text(cell).strip() for cell in re.findall(r"<t[hd][ >].*?</t[hd]>", row)]
        for row in re.findall(r"<tr>(.*?)</tr>", body)
    ]


def read_entry(page, report_id):
    """Return the ledger entry of a report as HTML."""
    start = page.index(f'id="{make_anchor("report", report_id)}"')
    return page[start : page.index("</article>", start)]


def read_facts(page, report_id, name):
    """Return the facts with a name in a report's ledger entry, as HTML."""
    entry = read_entry(page, report_id)
    return re.findall(rf"<dt>{re.escape(name)}</dt><dd>(.*?)</dd>", entry, flags=re.DOTALL)
