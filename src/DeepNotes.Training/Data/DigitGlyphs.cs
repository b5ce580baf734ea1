namespace DeepNotes.Training;

/// <summary>
/// One pen stroke of a glyph in the unit box, y downwards: x0, y0, x1, y1, … joined by straight lines or by a
/// Catmull–Rom curve through every point.
/// </summary>
/// <param name="Line">How the points are joined.</param>
/// <param name="Points">The coordinates in pairs.</param>
internal readonly record struct Stroke(StrokeLine Line, float[] Points)
{
    public int Count => Points.Length / 2;

    public (float X, float Y) this[int index] => (Points[2 * index], Points[2 * index + 1]);
}

internal enum StrokeLine
{
    /// <summary>Corners at the points.</summary>
    Straight,

    /// <summary>A curve through the points.</summary>
    Smooth,

    /// <summary>A curve that returns to its first point.</summary>
    Closed,
}

/// <summary>How people write the ten digits: several ways each, as strokes.</summary>
internal static class DigitGlyphs
{
    private static Stroke Straight(params float[] points) => new(StrokeLine.Straight, points);

    private static Stroke Smooth(params float[] points) => new(StrokeLine.Smooth, points);

    private static Stroke Closed(params float[] points) => new(StrokeLine.Closed, points);

    /// <summary>Strokes by digit and by way of writing it.</summary>
    public static readonly Stroke[][][] Styles =
    [
        [ // 0: round, open at the top with an overlap, narrow
            [Closed(.50f, .00f, .22f, .14f, .12f, .50f, .22f, .86f, .50f, 1.0f, .78f, .86f, .88f, .50f, .78f, .14f)],
            [Smooth(.62f, .05f, .40f, .02f, .18f, .22f, .12f, .58f, .30f, .95f, .60f, .97f, .84f, .68f, .86f, .30f, .66f, .06f, .45f, .10f)],
            [Closed(.50f, .00f, .32f, .20f, .28f, .50f, .32f, .80f, .50f, 1.0f, .68f, .80f, .72f, .50f, .68f, .20f)],
        ],
        [ // 1: stick, with a flag, with flag and foot, slanted
            [Straight(.50f, .00f, .50f, 1.0f)],
            [Straight(.28f, .24f, .52f, .00f, .50f, 1.0f)],
            [Straight(.28f, .24f, .52f, .00f, .50f, 1.0f), Straight(.25f, 1.0f, .78f, 1.0f)],
            [Straight(.62f, .00f, .40f, 1.0f)],
        ],
        [ // 2: straight foot, looped foot, one sweep
            [Smooth(.16f, .24f, .30f, .05f, .56f, .00f, .80f, .16f, .78f, .40f, .50f, .70f, .12f, .99f), Straight(.12f, .99f, .88f, .97f)],
            [Smooth(.18f, .20f, .40f, .02f, .72f, .08f, .78f, .34f, .58f, .66f, .32f, .92f, .14f, .94f, .12f, .80f, .30f, .78f, .56f, .94f, .90f, .96f)],
            [Smooth(.20f, .10f, .55f, .00f, .80f, .20f, .60f, .55f, .15f, .95f), Smooth(.15f, .95f, .50f, .92f, .90f, 1.0f)],
        ],
        [ // 3: two bows, flat top, one sweep
            [Smooth(.16f, .12f, .45f, .00f, .76f, .14f, .72f, .38f, .42f, .48f), Smooth(.42f, .48f, .78f, .58f, .84f, .82f, .52f, 1.0f, .12f, .88f)],
            [Straight(.14f, .02f, .80f, .02f, .42f, .40f), Smooth(.42f, .40f, .76f, .50f, .84f, .78f, .56f, 1.0f, .14f, .90f)],
            [Smooth(.20f, .08f, .60f, .00f, .78f, .20f, .40f, .46f, .78f, .60f, .80f, .86f, .45f, 1.0f, .12f, .92f)],
        ],
        [ // 4: open, closed, rounded
            [Straight(.22f, .02f, .14f, .56f, .88f, .54f), Straight(.66f, .10f, .64f, 1.0f)],
            [Straight(.64f, 1.0f, .64f, .00f, .10f, .66f, .90f, .66f)],
            [Smooth(.18f, .02f, .14f, .36f, .34f, .52f, .74f, .46f), Straight(.78f, .00f, .70f, 1.0f)],
        ],
        [ // 5: cornered, one sweep, with a separate cap
            [Straight(.80f, .00f, .26f, .02f, .22f, .44f), Smooth(.22f, .44f, .52f, .36f, .82f, .54f, .80f, .84f, .48f, 1.0f, .12f, .90f)],
            [Smooth(.78f, .02f, .50f, .00f, .28f, .08f, .24f, .38f, .50f, .42f, .80f, .60f, .72f, .92f, .40f, 1.0f, .14f, .92f)],
            [Straight(.30f, .06f, .86f, .00f), Smooth(.30f, .06f, .26f, .44f, .56f, .42f, .80f, .62f, .70f, .92f, .36f, 1.0f, .14f, .94f)],
        ],
        [ // 6: bowed, slanted, upright
            [Smooth(.70f, .02f, .38f, .20f, .16f, .56f, .22f, .88f, .50f, 1.0f, .80f, .86f, .80f, .62f, .54f, .50f, .26f, .62f, .18f, .74f)],
            [Smooth(.60f, .00f, .38f, .28f, .22f, .62f, .28f, .92f, .52f, 1.0f, .76f, .84f, .70f, .62f, .46f, .58f, .26f, .74f)],
            [Smooth(.32f, .00f, .22f, .35f, .20f, .72f, .34f, .98f, .66f, .98f, .80f, .76f, .62f, .58f, .34f, .62f, .22f, .78f)],
        ],
        [ // 7: plain, crossed, with a serif and a bent stem
            [Straight(.12f, .04f, .84f, .04f, .40f, 1.0f)],
            [Straight(.12f, .04f, .84f, .04f, .40f, 1.0f), Straight(.32f, .50f, .78f, .48f)],
            [Straight(.14f, .18f, .16f, .02f, .86f, .04f), Smooth(.86f, .04f, .60f, .42f, .50f, .72f, .48f, 1.0f)],
        ],
        [ // 8: one line, two rings, open at the top
            [Closed(.50f, .46f, .22f, .30f, .28f, .06f, .50f, .00f, .74f, .06f, .78f, .28f, .50f, .46f, .20f, .68f, .22f, .92f, .50f, 1.0f, .78f, .92f, .80f, .68f)],
            [Closed(.50f, .02f, .30f, .10f, .26f, .26f, .36f, .42f, .52f, .46f, .68f, .42f, .76f, .26f, .70f, .10f), Closed(.50f, .46f, .24f, .56f, .16f, .74f, .26f, .94f, .50f, 1.0f, .76f, .94f, .84f, .74f, .76f, .56f)],
            [Smooth(.76f, .14f, .50f, .00f, .24f, .16f, .44f, .42f, .76f, .66f, .70f, .94f, .40f, 1.0f, .18f, .82f, .36f, .56f, .66f, .36f, .80f, .12f)],
        ],
        [ // 9: ring and stem, one line with a curved tail, slanted
            [Closed(.50f, .00f, .24f, .10f, .18f, .32f, .36f, .52f, .62f, .50f, .80f, .30f, .76f, .08f), Smooth(.80f, .20f, .78f, .60f, .72f, 1.0f)],
            [Smooth(.78f, .26f, .58f, .02f, .28f, .08f, .18f, .32f, .38f, .52f, .68f, .44f, .80f, .18f, .82f, .50f, .70f, .88f, .44f, 1.0f, .20f, .92f)],
            [Smooth(.74f, .10f, .44f, .00f, .20f, .20f, .28f, .48f, .60f, .46f, .76f, .20f), Straight(.76f, .08f, .62f, 1.0f)],
        ],
    ];
}
