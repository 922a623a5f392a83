"""Pages as a scanner with text recognition leaves them: a picture, with the words as an unseen layer. Crooked ones
lean, stand elsewhere on each sheet, are speckled, and their words lie a little beside what is printed."""

import io
import random


def scan(printed, unseen, path, *, crooked=None):
    """Write the PDF of the pages `printed` (HTML) with the words of `unseen` over them; `crooked`: a seed."""
    import pypdfium2
    from pypdf import PdfReader, PdfWriter, Transformation
    from weasyprint import HTML

    chance = random.Random(crooked)
    ruled = io.BytesIO(HTML(string=printed).write_pdf())
    words = PdfReader(io.BytesIO(HTML(string=unseen).write_pdf()))
    writer = PdfWriter()
    for number, page in enumerate(pypdfium2.PdfDocument(ruled)):
        picture = page.render(scale=150 / 72, grayscale=True).to_pil()
        layer = Transformation()
        if crooked is not None:
            lean, right, down = chance.uniform(-1.3, 1.3), chance.uniform(-9, 9), chance.uniform(-5, 5)
            picture = _worn(picture, lean, right * 150 / 72, down * 150 / 72, chance)
            width, height = float(words.pages[number].mediabox.width), float(words.pages[number].mediabox.height)
            beside = chance.uniform(-1.5, 1.5), chance.uniform(-1.5, 1.5)
            layer = layer.translate(-width / 2, -height / 2).rotate(-lean).translate(width / 2, height / 2)
            layer = layer.translate(right + beside[0], -down + beside[1])
        held = io.BytesIO()
        picture.save(held, "PDF", resolution=150)
        writer.add_page(PdfReader(held).pages[0]).merge_transformed_page(words.pages[number], layer)
    writer.write(path)
    return path


def _worn(picture, lean, right, down, chance):
    """The sheet as it lay under the glass: grey paper, turned, moved, with specks."""
    import numpy as np
    from PIL import Image

    turned = picture.rotate(-lean, Image.Resampling.BILINEAR, translate=(round(right), round(down)), fillcolor=255)
    grey = np.asarray(turned).astype(np.int16)
    noise = np.random.default_rng(chance.randrange(10**6))
    grey = np.clip(grey * 0.85 + 20 + noise.normal(0, 6, grey.shape), 0, 255)
    specks = noise.random(grey.shape) < 0.0005
    grey[specks] = 40
    return Image.fromarray(grey.astype(np.uint8))
