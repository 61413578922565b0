"""Draws the held-out curve of a run: `python plot.py curve.csv curve.svg`."""

import argparse
import csv
import pathlib

GROUPS = {
    "characters on patches": ("patch.characters",),
    "shapes": ("shapes.count", "shapes.colour", "shapes.kind", "shapes.place", "shapes.exists"),
    "print": ("text.word", "text.number", "text.read"),
    "tables": ("table.cell", "invoice.total"),
    "charts": ("chart.highest", "chart.lowest", "chart.value"),
    "signs": ("sign.meaning",),
}
COLOURS = ("#888888", "#2458c8", "#c82828", "#28a03c", "#f08c14", "#8232aa")
WIDTH, HEIGHT, LEFT, TOP = 720, 320, 50, 16


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("curve", type=pathlib.Path)
    parser.add_argument("picture", type=pathlib.Path)
    options = parser.parse_args()
    with open(options.curve, newline="") as file:
        rows = list(csv.DictReader(file))
    last = max(int(row["step"]) for row in rows)

    def place(step, share):
        return f"{LEFT + WIDTH * step / last:.1f},{TOP + HEIGHT * (1 - share):.1f}"

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH + 240} {HEIGHT + 50}" '
        'font-family="sans-serif" font-size="12">',
        f'<rect width="{WIDTH + 240}" height="{HEIGHT + 50}" fill="white"/>',
    ]
    for share in (0, 0.25, 0.5, 0.75, 1):
        x, y = place(0, share).split(",")
        parts.append(f'<path d="M{x} {y}h{WIDTH}" stroke="#ddd"/><text x="8" y="{float(y) + 4}">{share:.0%}</text>')
    for i in range(5):
        x, _ = place(last * i / 4, 0).split(",")
        parts.append(f'<text x="{x}" y="{HEIGHT + 36}" text-anchor="middle">step {last * i // 4}</text>')
    for i, (name, kinds) in enumerate(GROUPS.items()):
        points = []
        for row in rows:
            shares = [float(row[kind]) for kind in kinds if row[kind]]
            if shares:
                points.append(place(int(row["step"]), sum(shares) / len(shares)))
        parts.append(f'<polyline points="{" ".join(points)}" fill="none" stroke="{COLOURS[i]}" stroke-width="2"/>')
        parts.append(f'<text x="{LEFT + WIDTH + 12}" y="{TOP + 18 * (i + 1)}" fill="{COLOURS[i]}">{name}</text>')
    options.picture.write_text("\n".join([*parts, "</svg>"]) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
