using DeepNotes.Autograd;

namespace DeepNotes.Ops
{
    /// <summary>Elements of one tensor where a mask holds, of another elsewhere.</summary>
    internal readonly record struct WhereOp : IOp
    {
        public Tensor Forward(ReadOnlySpan<Tensor> x, Tape tape)
        {
            var shape = Shape.Broadcast(Shape.Broadcast(x[0].Shape, x[1].Shape, nameof(Tensor.Where)), x[2].Shape, nameof(Tensor.Where));
            tape.Keep(x[0]);
            return x[0].Backend.Where(x[0], x[1], x[2], shape);
        }

        public void Backward(Tensor g, Saved kept, Gradients gradients)
        {
            Tensor zero = 0.0;
            if (gradients.Needs(1)) gradients[1] = Tensor.Where(kept[0], g, zero);
            if (gradients.Needs(2)) gradients[2] = Tensor.Where(kept[0], zero, g);
        }
    }
}

namespace DeepNotes
{
    public partial class Tensor
    {
        /// <summary>The elements of <paramref name="a"/> where the mask holds and of <paramref name="b"/> elsewhere; all three broadcast. Matches torch.where.</summary>
        /// <param name="mask">Bool.</param>
        /// <param name="a">Taken where the mask is true.</param>
        /// <param name="b">Taken where it is false.</param>
        /// <exception cref="DTypeException">The mask is not Bool.</exception>
        /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
        public static Tensor Where(Tensor mask, Tensor a, Tensor b)
        {
            if (mask.DType != DType.Bool) throw new DTypeException($"Where: the mask must be Bool; it is {mask.DType}.");
            bool isWeakA = a.IsWeakScalar, isWeakB = b.IsWeakScalar;
            (a, b) = Op.Align(a, b, integers: true);
            if (isWeakA) a = a.To(mask.Device);
            if (isWeakB) b = b.To(mask.Device);
            return Op.Apply(new Ops.WhereOp(), mask, a, b);
        }
    }
}
