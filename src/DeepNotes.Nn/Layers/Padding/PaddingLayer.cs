namespace DeepNotes.Nn;

/// <summary>The base class of layers that add a border to the last dimensions.</summary>
public abstract partial class PaddingLayer : Layer
{
    private readonly string name;
    private readonly int[] widths;
    private readonly PadMode mode;
    private readonly double value;

    private protected PaddingLayer(string name, int dimensions, ReadOnlySpan<int> padding, PadMode mode, double value = 0)
    {
        if (padding.Length != 1 && padding.Length != 2 * dimensions) throw new ArgumentException($"{name}: the padding takes one number, or {2 * dimensions}; there are {padding.Length}.", nameof(padding));
        if (mode != PadMode.Constant) LayerArguments.AllNotNegative(name, nameof(padding), padding);
        widths = new int[2 * dimensions];
        if (padding.Length == 1) Array.Fill(widths, padding[0]);
        else padding.CopyTo(widths);
        (this.name, this.mode, this.value) = (name, mode, value);
    }

    /// <summary>Adds the border.</summary>
    /// <param name="x">The input, with a batch or without.</param>
    /// <exception cref="ShapeException">The input has other dimensions, or is too small to be mirrored, repeated or cut so far.</exception>
    protected override Tensor Compute(Tensor x)
    {
        int n = widths.Length / 2;
        if (x.Rank != n + 1 && x.Rank != n + 2)
        {
            string sides = n switch { 1 => "L", 2 => "H, W", _ => "D, H, W" };
            throw new ShapeException($"{name}: the input must be [N, C, {sides}] or [C, {sides}]; it is {x.Shape}.");
        }
        LayerArguments.Border(name, x, mode, widths);
        return x.Pad(widths, mode, value);
    }
}
