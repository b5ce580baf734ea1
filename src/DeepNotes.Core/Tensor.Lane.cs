using DeepNotes.Lanes;
using DeepNotes.Ops;

namespace DeepNotes;

/// <content>Reads a gradient's formula as an expression of tensors, so that the gradient can be differentiated.</content>
public partial class Tensor : ILane<Tensor>
{
    static Tensor ILane<Tensor>.Const(double value) => value;

    static Tensor ILane<Tensor>.Equal(Tensor a, Tensor b) => a.Eq(b);

    static Tensor ILane<Tensor>.Where(Tensor mask, Tensor a, Tensor b) => Where(mask, a, b);

    static Tensor ILane<Tensor>.Min(Tensor a, Tensor b) => a.Minimum(b);

    static Tensor ILane<Tensor>.Max(Tensor a, Tensor b) => a.Maximum(b);

    static Tensor ILane<Tensor>.Abs(Tensor x) => x.Abs();

    static Tensor ILane<Tensor>.Sqrt(Tensor x) => x.Sqrt();

    static Tensor ILane<Tensor>.Call<TOp>(TOp op, Tensor x) => x.Map(op);

    static Tensor ILane<Tensor>.Call<TOp>(TOp op, Tensor a, Tensor b) => Op.Zip(op, a, b);
}
