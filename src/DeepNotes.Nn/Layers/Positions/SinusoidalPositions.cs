namespace DeepNotes.Nn;

/// <summary>
/// Adds to each position sines and cosines of it, at wavelengths from 2π to 10000·2π (Vaswani et al. 2017, "Attention Is All You Need", section 3.5): feature 2i is
/// sin(position / 10000^(2i/dim)), feature 2i + 1 the cosine. Nothing is learned, and nothing is saved.
/// </summary>
public sealed partial class SinusoidalPositions : Layer
{
    [Buffer(Persistent = false)]
    private Tensor table;

    /// <summary>A table of positions.</summary>
    /// <param name="dim">The features of a position.</param>
    /// <param name="maxPositions">The longest sequence.</param>
    public SinusoidalPositions(int dim, int maxPositions = 5000)
    {
        LayerArguments.Positive(nameof(SinusoidalPositions), nameof(dim), dim);
        LayerArguments.Positive(nameof(SinusoidalPositions), nameof(maxPositions), maxPositions);
        var values = new double[maxPositions * dim];
        for (int position = 0; position < maxPositions; position++)
        {
            for (int i = 0; i < dim; i++)
            {
                double angle = position * Math.Pow(10000, -(i & ~1) / (double)dim);
                values[position * dim + i] = i % 2 == 0 ? Math.Sin(angle) : Math.Cos(angle);
            }
        }
        table = Tensor.From<double>(values, [maxPositions, dim]).To(DType.Float32);
    }

    /// <summary>Adds positions.</summary>
    /// <param name="x">[…, T, dim].</param>
    /// <param name="offset">The position of the first.</param>
    /// <exception cref="ShapeException">The features are others, or there are more positions than the table has.</exception>
    public Tensor Forward(Tensor x, int offset = 0) => Hooked(x, sequence => Compute(sequence, offset));

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x) => Compute(x, 0);

    private Tensor Compute(Tensor x, int offset) => x + PositionTable.Rows(nameof(SinusoidalPositions), table, x, offset).To(x.DType);
}

/// <summary>The rows of a table that belong to a sequence.</summary>
internal static class PositionTable
{
    public static Tensor Rows(string name, Tensor table, Tensor x, int offset)
    {
        LayerArguments.NotNegative(name, nameof(offset), offset);
        if (x.Rank < 2 || x.Shape[^1] != table.Shape[1]) throw new ShapeException($"{name}: the input must be […, T, {table.Shape[1]}]; it is {x.Shape}.");
        if (offset + (long)x.Shape[^2] > table.Shape[0]) throw new ShapeException($"{name}: there are {table.Shape[0]} positions; {offset} and the {x.Shape[^2]} of {x.Shape} are more.");
        return table.Narrow(0, offset, x.Shape[^2]);
    }
}
