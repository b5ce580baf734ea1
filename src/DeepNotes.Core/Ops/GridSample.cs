namespace DeepNotes;

/// <summary>How a grid reads an image between its pixels.</summary>
public enum GridSampleMode
{
    /// <summary>The four pixels around the place, weighted by distance.</summary>
    Bilinear,

    /// <summary>The nearest pixel; the even one halfway between two.</summary>
    Nearest,
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
    /// <summary>Reads images at the places of a grid. Matches torch.nn.functional.grid_sample for images.</summary>
    /// <param name="grid">[N, OH, OW, 2]: column and row, from −1 at one end of the image to 1 at the other.</param>
    /// <param name="mode">How it is read between the pixels.</param>
    /// <param name="paddingMode">What stands outside the image.</param>
    /// <param name="alignCorners">True if −1 and 1 are the middles of the corner pixels, false if they are their outer edges.</param>
    /// <returns>[N, C, OH, OW] for this tensor's [N, C, H, W]. Both the image and the grid have gradients.</returns>
    /// <exception cref="ShapeException">The shapes do not fit, or the image is empty.</exception>
    /// <exception cref="DTypeException">The types differ or are not floating point.</exception>
    public Tensor GridSample(Tensor grid, GridSampleMode mode = GridSampleMode.Bilinear, GridSamplePadding paddingMode = GridSamplePadding.Zeros, bool alignCorners = false)
    {
        if (Rank != 4) throw new ShapeException($"GridSample: the input must be [N, C, H, W]; it is {Shape}.");
        if (grid.Rank != 4 || grid.Shape[0] != Shape[0] || grid.Shape[3] != 2) throw new ShapeException($"GridSample: for the input {Shape} the grid must be [{Shape[0]}, OH, OW, 2]; it is {grid.Shape}.");
        if (Shape[2] < 1 || Shape[3] < 1) throw new ShapeException($"GridSample: the image {Shape} is empty.");
        if (!DType.IsFloatingPoint() || grid.DType != DType) throw new DTypeException($"GridSample: input and grid must have one floating-point type; they are {DType} and {grid.DType}.");
        // Places and distances need more bits than the pixels.
        if (DType.IsNarrow()) return To(DType.Float32).GridSample(grid.To(DType.Float32), mode, paddingMode, alignCorners).To(DType);
        var x = Place(grid.Select(3, 0), Shape[3], paddingMode, alignCorners);
        var y = Place(grid.Select(3, 1), Shape[2], paddingMode, alignCorners);
        if (mode == GridSampleMode.Nearest) return Pixels(x.Detach().Round(), y.Detach().Round(), null);
        Tensor left = x.Detach().Floor(), top = y.Detach().Floor(), right = left + 1.0, bottom = top + 1.0;
        return Pixels(left, top, (right - x) * (bottom - y)) + Pixels(right, top, (x - left) * (bottom - y))
            + Pixels(left, bottom, (right - x) * (y - top)) + Pixels(right, bottom, (x - left) * (y - top));
    }

    /// <summary>A grid's coordinate in pixels, put inside the image where the padding says so.</summary>
    private static Tensor Place(Tensor coordinate, int length, GridSamplePadding padding, bool alignCorners)
    {
        var place = alignCorners ? (coordinate + 1.0) * ((length - 1) / 2.0) : ((coordinate + 1.0) * (double)length - 1.0) / 2.0;
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

    /// <summary>The pixels [N, C, OH, OW] at whole places [N, OH, OW], zero outside the image, times a weight.</summary>
    private Tensor Pixels(Tensor x, Tensor y, Tensor? weight)
    {
        int channels = Shape[1], height = Shape[2], width = Shape[3];
        Tensor inside, places;
        using (DeepNotes.Grad.Off())
        {
            inside = (x >= 0.0).LogicalAnd(x <= width - 1.0).LogicalAnd(y >= 0.0).LogicalAnd(y <= height - 1.0);
            var flat = Where(inside, y, 0.0).To(DType.Int64) * (long)width + Where(inside, x, 0.0).To(DType.Int64);
            places = flat.Reshape(Shape[0], 1, x.Shape[1] * x.Shape[2]).Expand(-1, channels, -1);
        }
        var pixels = Reshape(Shape[0], channels, height * width).Gather(places).Reshape(Shape[0], channels, x.Shape[1], x.Shape[2]);
        pixels = Where(inside.Unsqueeze(1), pixels, 0.0);
        return weight is null ? pixels : pixels * Where(inside, weight, 0.0).Unsqueeze(1);
    }
}
