using DeepNotes.Ops;

namespace DeepNotes;

public partial class Tensor
{
    /// <summary>The largest element up to each place along a dimension, and where it stands, the last of equal ones; NaN from the first NaN on. Matches torch.cummax.</summary>
    /// <param name="dimension">Which; negative ones count from the end.</param>
    /// <returns>Values, and places as Int64, both of this shape.</returns>
    public (Tensor Values, Tensor Indices) CumMax(int dimension) => RunningExtreme(default(MaxOf), dimension, nameof(CumMax));

    /// <summary>The smallest element up to each place along a dimension, and where it stands, the last of equal ones; NaN from the first NaN on. Matches torch.cummin.</summary>
    /// <inheritdoc cref="CumMax"/>
    public (Tensor Values, Tensor Indices) CumMin(int dimension) => RunningExtreme(default(MinOf), dimension, nameof(CumMin));

    private (Tensor Values, Tensor Indices) RunningExtreme<TOp>(TOp op, int dimension, string name) where TOp : unmanaged, IReduceOp
    {
        dimension = Shape.Dimension(dimension, name);
        if (Rank == 0) return (this, Zeros([], DType.Int64, Device));
        Tensor indices;
        using (DeepNotes.Grad.Off())
        {
            var x = DType switch { DType.Float32 or DType.Float64 => this, DType.Float16 or DType.BFloat16 => To(DType.Float32), _ => To(DType.Int64) };
            var isNew = x.Eq(Scanning.Run(op, x, dimension));
            if (x.DType.IsFloatingPoint()) isNew |= x.IsNaN();
            var places = Arange(Shape[dimension], DType.Int64, Device).Reshape(Scanning.Along(Shape, dimension));
            indices = Scanning.Run(default(MaxOf), Where(isNew, places, 0), dimension);
        }
        return (Gather(dimension, indices), indices);
    }
}
