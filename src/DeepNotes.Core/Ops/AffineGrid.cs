namespace DeepNotes;

public partial class Tensor
{
    /// <summary>
    /// The places that an affine map reads, for <see cref="GridSample"/>: of each output pixel (column, row), the map's 2×3 matrix times
    /// (column, row, 1), all from −1 to 1 (Jaderberg et al. 2015, "Spatial Transformer Networks"). Matches torch.nn.functional.affine_grid.
    /// </summary>
    /// <param name="size">Of the output: [N, C, H, W], or [N, C, D, H, W] for volumes.</param>
    /// <param name="alignCorners">True if −1 and 1 are the middles of the corner pixels, false if they are their outer edges.</param>
    /// <returns>[N, H, W, 2] for this tensor's [N, 2, 3], or [N, D, H, W, 3] for [N, 3, 4].</returns>
    /// <exception cref="ShapeException">The map or the size has other dimensions, or they differ in N.</exception>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    public Tensor AffineGrid(Shape size, bool alignCorners = false)
    {
        if (size.Rank is not (4 or 5)) throw new ShapeException($"AffineGrid: the size must be [N, C, H, W] or [N, C, D, H, W]; it is {size}.");
        int n = size.Rank - 2;
        if (Rank != 3 || Shape[0] != size[0] || Shape[1] != n || Shape[2] != n + 1) throw new ShapeException($"AffineGrid: for the size {size} the map must be [{size[0]}, {n}, {n + 1}]; it is {Shape}.");
        Floating(DType, nameof(AffineGrid));
        if (DType.IsNarrow()) return To(DType.Float32).AffineGrid(size, alignCorners).To(DType);
        int[] lengths = size.AsSpan()[2..].ToArray();
        var places = new Tensor[n + 1];
        for (int i = 0; i < n; i++)
        {
            int length = lengths[^(i + 1)];
            double end = length < 2 ? 0 : alignCorners ? 1 : (length - 1.0) / length;
            var along = new int[n];
            along.AsSpan().Fill(1);
            along[^(i + 1)] = length;
            places[i] = Linspace(-end, end, length, DType).Reshape(along).Expand(lengths);
        }
        places[n] = Ones(Shape.Create(lengths), DType);
        Tensor points = Stack(places, -1).Reshape(1, -1, n + 1).To(Device);
        return points.MatMul(Mt).Reshape([size[0], .. lengths, n]);
    }
}
