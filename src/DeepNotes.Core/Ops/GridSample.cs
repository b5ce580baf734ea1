namespace DeepNotes;

/// <summary>How a grid reads an image or a volume between its elements.</summary>
public enum GridSampleMode
{
    /// <summary>The elements around the place (four of an image, eight of a volume), weighted by distance.</summary>
    Bilinear,

    /// <summary>The nearest element; the even one halfway between two.</summary>
    Nearest,

    /// <summary>Cubic convolution over 4×4 pixels (Keys 1981, a = −0.75); images only.</summary>
    Bicubic,
}

/// <summary>What a grid reads outside the image.</summary>
public enum GridSamplePadding
{
    /// <summary>Zeros.</summary>
    Zeros,

    /// <summary>The pixels of the border.</summary>
    Border,

    /// <summary>The image mirrored at its border, again and again.</summary>
    Reflection,
}

public partial class Tensor
{
    /// <summary>Reads images or volumes at the places of a grid. Matches torch.nn.functional.grid_sample.</summary>
    /// <param name="grid">[N, OH, OW, 2]: column and row, from −1 at one end of the image to 1 at the other. For volumes [N, OD, OH, OW, 3]: column, row and plane.</param>
    /// <param name="mode">How it is read between the elements.</param>
    /// <param name="paddingMode">What stands outside the image.</param>
    /// <param name="alignCorners">True if −1 and 1 are the middles of the corner pixels, false if they are their outer edges.</param>
    /// <returns>[N, C, OH, OW] for this tensor's [N, C, H, W], or [N, C, OD, OH, OW] for [N, C, D, H, W]. Both the image and the grid have gradients.</returns>
    /// <exception cref="ShapeException">The shapes do not fit, or the image is empty.</exception>
    /// <exception cref="DTypeException">The types differ or are not floating point.</exception>
    /// <exception cref="ArgumentException">A volume is to be read by bicubic interpolation.</exception>
    public Tensor GridSample(Tensor grid, GridSampleMode mode = GridSampleMode.Bilinear, GridSamplePadding paddingMode = GridSamplePadding.Zeros, bool alignCorners = false)
    {
        if (Rank is not (4 or 5)) throw new ShapeException($"GridSample: the input must be [N, C, H, W] or [N, C, D, H, W]; it is {Shape}.");
        int n = Rank - 2;
        if (grid.Rank != Rank || grid.Shape[0] != Shape[0] || grid.Shape[^1] != n) throw new ShapeException($"GridSample: for the input {Shape} the grid must be [{Shape[0]}, {(n == 3 ? "OD, " : "")}OH, OW, {n}]; it is {grid.Shape}.");
        if (Shape.AsSpan()[2..].Contains(0)) throw new ShapeException($"GridSample: the {(n == 2 ? "image" : "volume")} {Shape} is empty.");
        if (!DType.IsFloatingPoint() || grid.DType != DType) throw new DTypeException($"GridSample: input and grid must have one floating-point type; they are {DType} and {grid.DType}.");
        if (mode == GridSampleMode.Bicubic && n != 2) throw new ArgumentException($"GridSample: Bicubic is for images [N, C, H, W]; the input is {Shape}.", nameof(mode));
        // Places and distances need more bits than the pixels.
        if (DType.IsNarrow()) return To(DType.Float32).GridSample(grid.To(DType.Float32), mode, paddingMode, alignCorners).To(DType);
        var taps = new (Tensor Place, Tensor? Weight)[n][];
        for (int i = 0; i < n; i++)
        {
            int length = Shape[i + 2];
            var place = GridPlace(grid.Select(-1, n - 1 - i), length, alignCorners);
            taps[i] = mode switch
            {
                GridSampleMode.Bicubic => CubicTaps(place, length, paddingMode, alignCorners),
                GridSampleMode.Nearest => [(Inside(place, length, paddingMode, alignCorners).Detach().Round(), null)],
                _ => LinearTaps(Inside(place, length, paddingMode, alignCorners)),
            };
        }
        // Each combination of a tap for every dimension is one element, with the product of their weights.
        Tensor? sum = null;
        int perDimension = taps[0].Length, count = (int)Math.Pow(perDimension, n);
        var places = new Tensor[n];
        for (int k = 0; k < count; k++)
        {
            Tensor? weight = null;
            for (int i = n - 1, rest = k; i >= 0; i--, rest /= perDimension)
            {
                var tap = taps[i][rest % perDimension];
                places[i] = tap.Place;
                weight = weight is null ? tap.Weight : weight * tap.Weight!;
            }
            var term = Elements(places, weight);
            sum = sum is null ? term : sum + term;
        }
        return sum!;
    }

    /// <summary>A grid's coordinate in elements.</summary>
    private static Tensor GridPlace(Tensor coordinate, int length, bool alignCorners) =>
        alignCorners ? (coordinate + 1.0) * ((length - 1) / 2.0) : ((coordinate + 1.0) * (double)length - 1.0) / 2.0;

    /// <summary>A place put inside the image where the padding says so.</summary>
    private static Tensor Inside(Tensor place, int length, GridSamplePadding padding, bool alignCorners)
    {
        if (padding == GridSamplePadding.Zeros) return place;
        if (padding == GridSamplePadding.Reflection)
        {
            double low = alignCorners ? 0 : -0.5, span = alignCorners ? length - 1 : length;
            if (span == 0) return place * 0.0;
            var distance = (place - low).Abs();
            var flips = (distance.Detach() / span).Floor();
            var rest = distance - flips * span;
            var isEven = flips.Remainder(2.0).Eq(0.0);
            place = Where(isEven, rest, span - rest) + low;
        }
        return place.Clamp(0, length - 1);
    }

    private static (Tensor Place, Tensor? Weight)[] LinearTaps(Tensor place)
    {
        Tensor before = place.Detach().Floor(), after = before + 1.0;
        return [(before, after - place), (after, place - before)];
    }

    /// <summary>The four elements around a place; each of them, not the place itself, is put inside the image.</summary>
    private static (Tensor Place, Tensor? Weight)[] CubicTaps(Tensor place, int length, GridSamplePadding padding, bool alignCorners)
    {
        const double A = -0.75;
        var whole = place.Detach().Floor();
        var part = place - whole;
        var taps = new (Tensor, Tensor?)[4];
        for (int k = 0; k < 4; k++)
        {
            var distance = k < 2 ? part + (1.0 - k) : (k - 1.0) - part;
            var weight = k is 1 or 2
                ? ((A + 2) * distance - (A + 3)) * distance * distance + 1.0
                : ((A * distance - 5 * A) * distance + 8 * A) * distance - 4 * A;
            taps[k] = (Inside(whole + (k - 1.0), length, padding, alignCorners), weight);
        }
        return taps;
    }

    /// <summary>The elements [N, C, …] at whole places [N, …], one for each dimension after the second, zero outside; times a weight.</summary>
    private Tensor Elements(Tensor[] at, Tensor? weight)
    {
        int channels = Shape[1], area = 1;
        int[] lengths = at[0].Shape.ToArray()[1..];
        Tensor inside, places;
        using (DeepNotes.Grad.Off())
        {
            inside = (at[0] >= 0.0).LogicalAnd(at[0] <= Shape[2] - 1.0);
            for (int i = 1; i < at.Length; i++) inside = inside.LogicalAnd(at[i] >= 0.0).LogicalAnd(at[i] <= Shape[i + 2] - 1.0);
            places = Where(inside, at[0], 0.0).To(DType.Int64);
            for (int i = 1; i < at.Length; i++) places = places * (long)Shape[i + 2] + Where(inside, at[i], 0.0).To(DType.Int64);
            foreach (int length in Shape.AsSpan()[2..]) area *= length;
            places = places.Reshape(Shape[0], 1, places.Count / Math.Max(1, Shape[0])).Expand(-1, channels, -1);
        }
        var elements = Reshape(Shape[0], channels, area).Gather(places).Reshape([Shape[0], channels, .. lengths]);
        elements = Where(inside.Unsqueeze(1), elements, 0.0);
        return weight is null ? elements : elements * Where(inside, weight, 0.0).Unsqueeze(1);
    }
}
