namespace DeepNotes.Training;

/// <summary>Draws one generated digit: strokes with round ends, then blur, smears, gaps and noise.</summary>
internal static class DigitPainter
{
    /// <summary>Pixels a side.</summary>
    public const int Side = 28;

    private const int StepsPerSpan = 5;

    /// <summary>Draws image <paramref name="index"/> of the sequence that the seed starts.</summary>
    /// <param name="seed">The seed of the sequence.</param>
    /// <param name="index">Which image.</param>
    /// <param name="image">28 × 28 intensities to fill, 0 for paper and 1 for ink, row by row.</param>
    /// <returns>The digit drawn, 0 to 9.</returns>
    public static int Paint(ulong seed, long index, Span<float> image)
    {
        var random = new DigitRandom(seed, (ulong)index);
        int digit = random.Below(10);
        var styles = DigitGlyphs.Styles[digit];
        var style = styles[random.Below(styles.Length)];
        var warp = new DigitWarp(ref random);

        image.Clear();
        float radius = random.Uniform(0.6f, 1.7f);
        foreach (var stroke in style)
        {
            // The pen presses more at one end of the stroke than at the other.
            float taper = random.Uniform(-0.35f, 0.35f);
            DrawStroke(image, stroke, warp, radius * (1 - taper), radius * (1 + taper));
        }

        if (random.Chance(0.25f)) DrawClutter(image, ref random);
        if (random.Chance(0.25f)) EraseLine(image, ref random);
        Blur(image, random.Uniform(0f, 0.22f));
        Develop(image, ref random);
        return digit;
    }

    private static void DrawStroke(Span<float> image, in Stroke stroke, in DigitWarp warp, float startRadius, float endRadius)
    {
        int count = stroke.Count;
        int spans = stroke.Line == StrokeLine.Closed ? count : count - 1;
        int steps = StepsPerSpan * spans;
        var from = warp.Apply(stroke[0].X, stroke[0].Y);
        for (int step = 1; step <= steps; step++)
        {
            var point = PointAt(stroke, (step - 1) / StepsPerSpan, (step - (step - 1) / StepsPerSpan * StepsPerSpan) / (float)StepsPerSpan);
            var to = warp.Apply(point.X, point.Y);
            DrawSegment(image, from, to, startRadius + (endRadius - startRadius) * step / steps, 1);
            from = to;
        }
    }

    private static (float X, float Y) PointAt(in Stroke stroke, int span, float t)
    {
        int count = stroke.Count;
        bool closed = stroke.Line == StrokeLine.Closed;
        var p1 = stroke[span];
        var p2 = stroke[closed ? (span + 1) % count : span + 1];
        if (stroke.Line == StrokeLine.Straight) return (p1.X + (p2.X - p1.X) * t, p1.Y + (p2.Y - p1.Y) * t);

        var p0 = stroke[closed ? (span + count - 1) % count : Math.Max(span - 1, 0)];
        var p3 = stroke[closed ? (span + 2) % count : Math.Min(span + 2, count - 1)];
        return (CatmullRom(p0.X, p1.X, p2.X, p3.X, t), CatmullRom(p0.Y, p1.Y, p2.Y, p3.Y, t));
    }

    private static float CatmullRom(float a, float b, float c, float d, float t) =>
        b + 0.5f * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));

    /// <summary>Lays ink within <paramref name="radius"/> of a segment, its edge one pixel soft; a negative sign takes ink away.</summary>
    private static void DrawSegment(Span<float> image, (float X, float Y) a, (float X, float Y) b, float radius, int sign)
    {
        float reach = radius + 0.5f;
        int left = Math.Max(0, (int)(Math.Min(a.X, b.X) - reach)), right = Math.Min(Side - 1, (int)(Math.Max(a.X, b.X) + reach));
        int top = Math.Max(0, (int)(Math.Min(a.Y, b.Y) - reach)), bottom = Math.Min(Side - 1, (int)(Math.Max(a.Y, b.Y) + reach));
        float dx = b.X - a.X, dy = b.Y - a.Y, length2 = dx * dx + dy * dy, inverse = length2 > 0 ? 1 / length2 : 0;
        for (int y = top; y <= bottom; y++)
        {
            var row = image.Slice(y * Side, Side);
            float py = y + 0.5f - a.Y;
            for (int x = left; x <= right; x++)
            {
                float px = x + 0.5f - a.X;
                float t = Math.Clamp((px * dx + py * dy) * inverse, 0f, 1f);
                float ex = px - t * dx, ey = py - t * dy, distance2 = ex * ex + ey * ey;
                if (distance2 >= reach * reach) continue;
                float ink = Math.Min(reach - MathF.Sqrt(distance2), 1f);
                row[x] = sign > 0 ? Math.Max(row[x], ink) : Math.Min(row[x], 1 - ink);
            }
        }
    }

    /// <summary>A short stray stroke near the border, as from a neighbouring digit or a frame.</summary>
    private static void DrawClutter(Span<float> image, ref DigitRandom random)
    {
        float along = random.Uniform(0, Side), across = random.Uniform(-0.5f, 3f), length = random.Uniform(3f, 9f), tilt = random.Uniform(-2f, 2f);
        if (random.Chance(0.5f)) across = Side - across;
        var (a, b) = random.Chance(0.5f)
            ? ((along, across), (along + length, across + tilt))
            : ((across, along), (across + tilt, along + length));
        DrawSegment(image, a, b, random.Uniform(0.4f, 1f), 1);
    }

    /// <summary>A line without ink across the middle, as from a fold or a skipping pen.</summary>
    private static void EraseLine(Span<float> image, ref DigitRandom random)
    {
        float x = random.Uniform(8f, 20f), y = random.Uniform(8f, 20f), dx = random.Uniform(-8f, 8f), dy = random.Uniform(-8f, 8f);
        DrawSegment(image, (x - dx, y - dy), (x + dx, y + dy), random.Uniform(0.2f, 0.9f), -1);
    }

    /// <summary>Averages each pixel with its neighbours, first along rows and then along columns.</summary>
    /// <param name="image">The image.</param>
    /// <param name="side">The weight of either neighbour; the pixel's own is what remains.</param>
    private static void Blur(Span<float> image, float side)
    {
        float own = 1 - 2 * side;
        Span<float> rows = stackalloc float[Side * Side];
        for (int y = 0; y < Side; y++)
        {
            var source = image.Slice(y * Side, Side);
            var target = rows.Slice(y * Side, Side);
            for (int x = 0; x < Side; x++)
            {
                target[x] = own * source[x] + side * ((x > 0 ? source[x - 1] : 0) + (x < Side - 1 ? source[x + 1] : 0));
            }
        }
        for (int y = 0; y < Side; y++)
        {
            var above = rows.Slice(Math.Max(y - 1, 0) * Side, Side);
            var source = rows.Slice(y * Side, Side);
            var below = rows.Slice(Math.Min(y + 1, Side - 1) * Side, Side);
            var target = image.Slice(y * Side, Side);
            for (int x = 0; x < Side; x++) target[x] = own * source[x] + side * (above[x] + below[x]);
        }
    }

    /// <summary>Contrast, an uneven background and grain, clamped to [0, 1].</summary>
    private static void Develop(Span<float> image, ref DigitRandom random)
    {
        float contrast = random.Uniform(0.55f, 1.1f), grain = random.Uniform(0f, 0.18f);
        float level = random.Uniform(0f, 0.12f), slopeX = random.Uniform(-0.006f, 0.006f), slopeY = random.Uniform(-0.006f, 0.006f);
        for (int y = 0; y < Side; y++)
        {
            for (int x = 0; x < Side; x++)
            {
                ref float pixel = ref image[y * Side + x];
                float paper = level + slopeX * (x - Side / 2) + slopeY * (y - Side / 2);
                pixel = Math.Clamp(paper + contrast * pixel + grain * random.Bell(), 0f, 1f);
            }
        }
    }
}
