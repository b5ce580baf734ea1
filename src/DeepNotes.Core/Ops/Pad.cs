using DeepNotes.Autograd;

namespace DeepNotes.Ops
{
    /// <summary>A border of one number around the last dimensions; its gradient is the middle of the incoming one.</summary>
    /// <param name="Before">Per dimension, how much stands in front.</param>
    /// <param name="After">Per dimension, how much stands behind.</param>
    /// <param name="Value">The number.</param>
    internal readonly record struct PadConstant(int[] Before, int[] After, double Value) : IOp
    {
        public Tensor Forward(ReadOnlySpan<Tensor> x, Tape tape)
        {
            var lengths = x[0].Shape.ToArray();
            for (int i = 0; i < lengths.Length; i++) lengths[i] += Before[i] + After[i];
            var y = Tensor.Full(Shape.Create(lengths), Value, x[0].DType, x[0].Device);
            y.Backend.Copy(x[0], Middle(y, x[0].Shape));
            return y;
        }

        public void Backward(Tensor g, Saved kept, Gradients gradients) => gradients[0] = Middle(g, gradients.ShapeOf(0));

        private Tensor Middle(Tensor y, Shape shape)
        {
            for (int i = 0; i < shape.Rank; i++)
            {
                if (Before[i] + After[i] > 0) y = y.Narrow(i, Before[i], shape[i]);
            }
            return y;
        }
    }
}

namespace DeepNotes
{
    using DeepNotes.Ops;

    /// <summary>What a border is filled with.</summary>
    public enum PadMode
    {
        /// <summary>One number.</summary>
        Constant,

        /// <summary>The elements mirrored at the edge, the edge itself not repeated.</summary>
        Reflect,

        /// <summary>The edge's elements repeated.</summary>
        Replicate,

        /// <summary>The elements from the other side.</summary>
        Circular,
    }

    public partial class Tensor
    {
        /// <summary>Adds a border to the last dimensions. Matches torch.nn.functional.pad.</summary>
        /// <param name="widths">In pairs from the last dimension on: in front and behind. Negative ones cut off (constant mode only).</param>
        /// <param name="mode">What the border is filled with; a constant by default.</param>
        /// <param name="value">The constant; 0 by default.</param>
        /// <exception cref="ShapeException">The widths do not come in pairs, are too many, or are too large for the mode.</exception>
        public Tensor Pad(ReadOnlySpan<int> widths, PadMode mode = PadMode.Constant, double value = 0)
        {
            if (widths.Length % 2 != 0 || widths.Length / 2 > Rank) throw new ShapeException($"Pad: {widths.Length} widths for the shape {Shape}; there must be two for each of at most {Rank} dimensions.");
            var result = this;
            int[] before = new int[Rank], after = new int[Rank];
            for (int i = 0; i < widths.Length / 2; i++)
            {
                int dimension = Rank - 1 - i, length = Shape[dimension], front = widths[2 * i], back = widths[2 * i + 1];
                if (mode != PadMode.Constant)
                {
                    if (front != 0 || back != 0) result = result.IndexSelect(dimension, Border(mode, length, front, back, dimension).To(Device));
                    continue;
                }
                if (length + Math.Min(front, 0) + Math.Min(back, 0) < 0) throw new ShapeException($"Pad: cutting {-Math.Min(front, 0)} and {-Math.Min(back, 0)} off dimension {dimension} of {Shape} leaves nothing.");
                if (front < 0 || back < 0) result = result.Narrow(dimension, Math.Max(-front, 0), length + Math.Min(front, 0) + Math.Min(back, 0));
                (before[dimension], after[dimension]) = (Math.Max(front, 0), Math.Max(back, 0));
            }
            return mode == PadMode.Constant && (before.AsSpan().ContainsAnyExcept(0) || after.AsSpan().ContainsAnyExcept(0)) ? Op.Apply(new PadConstant(before, after, value), result) : result;
        }

        /// <summary>From which place each element of a padded dimension comes.</summary>
        private Tensor Border(PadMode mode, int length, int front, int back, int dimension)
        {
            int most = mode switch { PadMode.Reflect => length - 1, PadMode.Circular => length, _ => length == 0 ? 0 : int.MaxValue };
            if (front < 0 || back < 0 || front > most || back > most) throw new ShapeException($"Pad: {mode} can add at most {most} and at least 0 to dimension {dimension} of {Shape}; {front} and {back} were asked for.");
            var places = new long[front + length + back];
            for (int i = 0; i < places.Length; i++)
            {
                int at = i - front;
                places[i] = mode switch
                {
                    PadMode.Reflect => at < 0 ? -at : at >= length ? 2 * (length - 1) - at : at,
                    PadMode.Circular => (at + length) % length,
                    _ => Math.Clamp(at, 0, length - 1),
                };
            }
            return From<long>(places);
        }
    }
}
