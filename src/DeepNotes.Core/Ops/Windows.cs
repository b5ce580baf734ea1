using DeepNotes.Autograd;

namespace DeepNotes.Ops
{
    /// <summary>All windows of a dimension as a view, with the window as a new last dimension; its gradient adds the windows up where they overlap.</summary>
    internal readonly record struct Windows(int Dimension, int Size, int Step) : IOp
    {
        public Tensor Forward(ReadOnlySpan<Tensor> x, Tape tape)
        {
            int count = (x[0].Shape[Dimension] - Size) / Step + 1;
            int[] lengths = [.. x[0].Shape.AsSpan(), Size], strides = [.. x[0].Strides, x[0].Strides[Dimension]];
            lengths[Dimension] = count;
            strides[Dimension] *= Step;
            return x[0].View(Shape.Create(lengths), strides, x[0].Offset);
        }

        public void Backward(Tensor g, Saved kept, Gradients gradients)
        {
            int count = g.Shape[Dimension];
            var places = new long[count * Size];
            for (int i = 0; i < places.Length; i++) places[i] = i / Size * Step + i % Size;
            // The window beside its dimension, both as one: then each element has one place to be added to.
            var windows = g.MoveDim(-1, Dimension + 1).Flatten(Dimension, Dimension + 1);
            gradients[0] = Op.Apply(new IndexAdd(Dimension, gradients.ShapeOf(0)), windows, Tensor.From<long>(places).To(g.Device));
        }
    }
}

namespace DeepNotes
{
    using DeepNotes.Ops;

    public partial class Tensor
    {
        /// <summary>All windows of a dimension, as a view: the dimension counts the windows, a new last one runs inside them. Matches torch.Tensor.unfold.</summary>
        /// <param name="dimension">Which; negative ones count from the end.</param>
        /// <param name="size">The length of a window.</param>
        /// <param name="step">From one window to the next.</param>
        /// <exception cref="ShapeException">A window is longer than the dimension, or there are too many dimensions.</exception>
        /// <exception cref="ArgumentOutOfRangeException">Size or step is below 1.</exception>
        public Tensor Unfold(int dimension, int size, int step)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
            ArgumentOutOfRangeException.ThrowIfLessThan(step, 1);
            dimension = Shape.Dimension(dimension, nameof(Unfold));
            if (Rank == 0 || size > Shape[dimension]) throw new ShapeException($"Unfold: a window of {size} is longer than dimension {dimension} of {Shape}.");
            return Op.Apply(new Windows(dimension, size, step), this);
        }

        /// <summary>Dimensions moved to other places, the rest in their order, as a view. Matches torch.movedim.</summary>
        /// <param name="sources">Which; negative ones count from the end.</param>
        /// <param name="destinations">Where each stands in the result.</param>
        /// <exception cref="ShapeException">The two are not equally long, or name a dimension twice.</exception>
        public Tensor MoveDim(ReadOnlySpan<int> sources, ReadOnlySpan<int> destinations)
        {
            if (sources.Length != destinations.Length) throw new ShapeException($"MoveDim: {sources.Length} dimensions and {destinations.Length} places.");
            var order = new int[Rank];
            Array.Fill(order, -1);
            uint moved = 0;
            for (int i = 0; i < sources.Length; i++)
            {
                int from = Shape.Dimension(sources[i], nameof(MoveDim)), to = Shape.Dimension(destinations[i], nameof(MoveDim));
                if (order[to] >= 0 || (moved & 1u << from) != 0) throw new ShapeException($"MoveDim: dimension {sources[i]} or the place {destinations[i]} is named twice.");
                order[to] = from;
                moved |= 1u << from;
            }
            int next = 0;
            for (int i = 0; i < order.Length; i++)
            {
                if (order[i] >= 0) continue;
                while ((moved & 1u << next) != 0) next++;
                order[i] = next++;
            }
            return Permute(order);
        }

        /// <summary>One dimension moved to another place, as a view. Matches torch.movedim.</summary>
        /// <param name="source">Which; negative ones count from the end.</param>
        /// <param name="destination">Where it stands in the result.</param>
        public Tensor MoveDim(int source, int destination) => Rank == 0 ? this : MoveDim([source], [destination]);

        /// <summary>The slices of a dimension one by one, as views without it. Matches torch.unbind.</summary>
        /// <param name="dimension">Which; negative ones count from the end.</param>
        public Tensor[] Unbind(int dimension = 0)
        {
            dimension = Shape.Dimension(dimension, nameof(Unbind));
            if (Rank == 0) throw new ShapeException("Unbind: a scalar has no dimension to take apart.");
            var slices = new Tensor[Shape[dimension]];
            for (int i = 0; i < slices.Length; i++) slices[i] = Select(dimension, i);
            return slices;
        }

        /// <summary>One dimension as several; the opposite of <see cref="Flatten"/>. Matches torch.unflatten.</summary>
        /// <param name="dimension">Which; negative ones count from the end.</param>
        /// <param name="lengths">What it becomes; one of them may be −1 and is then worked out.</param>
        /// <exception cref="ShapeException">The lengths do not multiply to the dimension's.</exception>
        public Tensor Unflatten(int dimension, params ReadOnlySpan<int> lengths)
        {
            dimension = Shape.Dimension(dimension, nameof(Unflatten));
            if (Rank == 0) throw new ShapeException("Unflatten: a scalar has no dimension to take apart.");
            var inner = lengths.ToArray();
            int unknown = Array.IndexOf(inner, -1), known = 1;
            foreach (int length in inner) known *= length == -1 ? 1 : length;
            if (unknown >= 0 && known > 0) inner[unknown] = Shape[dimension] / known;
            int product = 1;
            foreach (int length in inner) product *= length;
            if (product != Shape[dimension] || inner.Length == 0) throw new ShapeException($"Unflatten: dimension {dimension} of {Shape} does not divide into [{string.Join(", ", lengths.ToArray())}].");
            return ReshapeTo(Shape.Create([.. Shape.AsSpan()[..dimension], .. inner, .. Shape.AsSpan()[(dimension + 1)..]]));
        }
    }
}
