using DeepNotes.Lanes;
using DeepNotes.Ops;

namespace DeepNotes.Backends.Cpu;

internal sealed partial class CpuBackend
{
    public override Tensor Map<TOp>(TOp op, Tensor x)
    {
        var y = Tensor.Allocate(x.Shape, x.DType, Device.Cpu);
        if (!ChainKernel.TryMap(op, y, x)) Elementwise.Run(new Unary<TOp>(op), x.DType, y, x);
        return y;
    }

    public override Tensor MapGradient<TOp>(TOp op, Tensor g, Tensor x, Tensor y)
    {
        var result = Tensor.Allocate(g.Shape, g.DType, Device.Cpu);
        Elementwise.Run(new UnaryGradient<TOp>(op), g.DType, result, g, x, y);
        return result;
    }

    public override Tensor Zip<TOp>(TOp op, Tensor a, Tensor b, Shape shape)
    {
        var y = Tensor.Allocate(shape, a.DType, Device.Cpu);
        Elementwise.Run(new Binary<TOp>(op), a.DType, y, a, b);
        return y;
    }

    public override void ZipInto<TOp>(TOp op, Tensor target, Tensor b) => Elementwise.Run(new Binary<TOp>(op), target.DType, target, target, b);

    public override Tensor ZipGradient<TOp>(TOp op, bool left, Tensor g, Tensor a, Tensor b, Tensor y)
    {
        var result = Tensor.Allocate(g.Shape, g.DType, Device.Cpu);
        if (left) Elementwise.Run(new BinaryGradientLeft<TOp>(op), g.DType, result, g, a, b, y);
        else Elementwise.Run(new BinaryGradientRight<TOp>(op), g.DType, result, g, a, b, y);
        return result;
    }

    public override Tensor Compare<TOp>(TOp op, Tensor a, Tensor b, Shape shape)
    {
        var y = Tensor.Allocate(shape, DType.Bool, Device.Cpu);
        Elementwise.Run(new Comparison<TOp>(op), a.DType, y, a, b);
        return y;
    }

    public override Tensor Where(Tensor mask, Tensor a, Tensor b, Shape shape)
    {
        var y = Tensor.Allocate(shape, a.DType, Device.Cpu);
        Elementwise.Run(default(Selection), a.DType, y, mask, a, b);
        return y;
    }

    private readonly struct Unary<TOp>(TOp op) : ILaneFunction where TOp : unmanaged, IUnaryOp
    {
        private readonly TOp op = op;
        public static int Inputs => 1;
        public static bool ForIntegers => default(TOp) is IIntegerFormula;
        public V Apply<V>(V a, V b, V c, V d) where V : INumberLane<V> => op.Apply(a);
    }

    private readonly struct UnaryGradient<TOp>(TOp op) : ILaneFunction where TOp : unmanaged, IUnaryOp
    {
        private readonly TOp op = op;
        public static int Inputs => 3;
        public static bool ForIntegers => false;
        public V Apply<V>(V a, V b, V c, V d) where V : INumberLane<V> => op.Gradient(a, b, c);
    }

    private readonly struct Binary<TOp>(TOp op) : ILaneFunction where TOp : unmanaged, IBinaryOp
    {
        private readonly TOp op = op;
        public static int Inputs => 2;
        public static bool ForIntegers => default(TOp) is IIntegerFormula;
        public V Apply<V>(V a, V b, V c, V d) where V : INumberLane<V> => op.Apply(a, b);
    }

    private readonly struct BinaryGradientLeft<TOp>(TOp op) : ILaneFunction where TOp : unmanaged, IBinaryOp
    {
        private readonly TOp op = op;
        public static int Inputs => 4;
        public static bool ForIntegers => false;
        public V Apply<V>(V a, V b, V c, V d) where V : INumberLane<V> => op.GradientLeft(a, b, c, d);
    }

    private readonly struct BinaryGradientRight<TOp>(TOp op) : ILaneFunction where TOp : unmanaged, IBinaryOp
    {
        private readonly TOp op = op;
        public static int Inputs => 4;
        public static bool ForIntegers => false;
        public V Apply<V>(V a, V b, V c, V d) where V : INumberLane<V> => op.GradientRight(a, b, c, d);
    }

    private readonly struct Comparison<TOp>(TOp op) : ILaneFunction where TOp : unmanaged, ICompareOp
    {
        private readonly TOp op = op;
        public static int Inputs => 2;
        public static bool GivesMask => true;
        public static bool ForIntegers => true;
        public V Apply<V>(V a, V b, V c, V d) where V : INumberLane<V> => op.Test(a, b);
    }

    private readonly struct Selection : ILaneFunction
    {
        public static int Inputs => 3;
        public static bool TakesMask => true;
        public static bool ForIntegers => true;
        public V Apply<V>(V a, V b, V c, V d) where V : INumberLane<V> => V.Where(a, b, c);
    }
}
