using DeepNotes.Autograd;

namespace DeepNotes.Ops
{
    /// <summary>Tensors one after the other along a dimension.</summary>
    internal readonly record struct Concatenate(int Dimension) : IOp
    {
        public Tensor Forward(ReadOnlySpan<Tensor> x, Tape tape)
        {
            var lengths = x[0].Shape.ToArray();
            lengths[Dimension] = 0;
            foreach (var part in x) lengths[Dimension] = checked(lengths[Dimension] + part.Shape[Dimension]);
            var y = Tensor.Allocate(Shape.Create(lengths), x[0].DType, x[0].Device);
            int at = 0;
            foreach (var part in x)
            {
                y.Backend.Copy(part, new Slice(Dimension, at, part.Shape[Dimension], 1).Forward([y], default));
                at += part.Shape[Dimension];
            }
            return y;
        }

        public void Backward(Tensor g, Saved kept, Gradients gradients)
        {
            int at = 0;
            for (int i = 0; i < gradients.Count; i++)
            {
                int length = gradients.ShapeOf(i)[Dimension];
                if (gradients.Needs(i)) gradients[i] = g.Narrow(Dimension, at, length);
                at += length;
            }
        }
    }
}

namespace DeepNotes
{
    public partial class Tensor
    {
        /// <summary>Puts tensors one after the other along a dimension, in their common type. Matches torch.cat.</summary>
        /// <param name="tensors">At least one; equal in shape except for the dimension.</param>
        /// <param name="dimension">Which; negative ones count from the end.</param>
        /// <exception cref="ArgumentException">There are no tensors.</exception>
        /// <exception cref="ShapeException">The shapes differ in another dimension.</exception>
        public static Tensor Concatenate(ReadOnlySpan<Tensor> tensors, int dimension = 0)
        {
            if (tensors.Length == 0) throw new ArgumentException("Concatenate: at least one tensor is needed.", nameof(tensors));
            var first = tensors[0];
            if (first.Rank == 0) throw new ShapeException("Concatenate: scalars have no dimension to put them along; use Stack.");
            dimension = first.Shape.Dimension(dimension, nameof(Concatenate));
            var type = first.DType;
            foreach (var t in tensors) type = DTypes.Promote(type, t.DType);
            var parts = new Tensor[tensors.Length];
            for (int i = 0; i < parts.Length; i++)
            {
                bool fits = tensors[i].Rank == first.Rank;
                for (int d = 0; fits && d < first.Rank; d++) fits = d == dimension || tensors[i].Shape[d] == first.Shape[d];
                if (!fits) throw new ShapeException($"Concatenate: tensor {i} {tensors[i].Shape} differs from the first {first.Shape} in another dimension than {dimension}.");
                parts[i] = tensors[i].To(type);
            }
            return Op.Apply(new Ops.Concatenate(dimension), parts);
        }

        /// <summary>Puts tensors of one shape side by side along a new dimension. Matches torch.stack.</summary>
        /// <param name="tensors">At least one; equal in shape.</param>
        /// <param name="dimension">Where the new dimension stands; negative ones count from the result's end.</param>
        /// <exception cref="ArgumentException">There are no tensors.</exception>
        /// <exception cref="ShapeException">The shapes differ.</exception>
        public static Tensor Stack(ReadOnlySpan<Tensor> tensors, int dimension = 0)
        {
            var parts = new Tensor[tensors.Length];
            for (int i = 0; i < parts.Length; i++)
            {
                if (tensors[i].Shape != tensors[0].Shape) throw new ShapeException($"Stack: tensor {i} has the shape {tensors[i].Shape}, the first {tensors[0].Shape}.");
                parts[i] = tensors[i].Unsqueeze(dimension);
            }
            return Concatenate(parts, dimension);
        }
    }
}
