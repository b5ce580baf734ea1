using DeepNotes.Autograd;
using DeepNotes.Lanes;
using DeepNotes.Ops;
using Xunit;

namespace DeepNotes.Core.Tests.Autograd;

/// <summary>The operations of docs/custom-ops.md, as a user would write and test them.</summary>
public class CustomOpTests
{
    private readonly record struct Swish(double Beta) : IUnaryOp
    {
        public Keep Keep => Keep.Input;

        public V Apply<V>(V x) where V : INumberLane<V> => x * V.Call(new Sigmoid(), V.Const(Beta) * x);

        public V Gradient<V>(V g, V x, V y) where V : ILane<V>
        {
            V s = V.Call(new Sigmoid(), V.Const(Beta) * x);
            return g * (s + V.Const(Beta) * x * s * (V.Const(1) - s));
        }
    }

    private readonly record struct Centred : IOp
    {
        public Tensor Forward(ReadOnlySpan<Tensor> x, Tape tape)
        {
            if (x[0].Rank != 2) throw new ShapeException($"Centred: the input must be [n, d]; it is {x[0].Shape}.");
            return x[0] - x[0].Mean(0, keepDim: true);
        }

        public void Backward(Tensor g, Saved kept, Gradients gradients) => gradients[0] = g - g.Mean(0, keepDim: true);
    }

    [Fact]
    public void A_formula_of_ones_own_computes_and_has_both_gradients()
    {
        var x = Tensor.Randn([4, 7], DType.Float64, new Rng(1));
        var y = x.Map(new Swish(1.5)).ToArray<double>();
        var values = x.ToArray<double>();
        for (int i = 0; i < y.Length; i++) Assert.Equal(values[i] / (1 + Math.Exp(-1.5 * values[i])), y[i], 1e-14);
        GradCheck.First(t => t[0].Map(new Swish(1.5)), [x]);
        GradCheck.Second(t => t[0].Map(new Swish(1.5)), [x]);
    }

    [Fact]
    public void An_operation_of_ones_own_has_both_gradients_and_refuses_what_does_not_fit()
    {
        var x = Tensor.Randn([5, 3], DType.Float64, new Rng(2));
        Assert.Equal(0, Op.Apply(new Centred(), x).Sum(0).Abs().Max().Item(), 1e-14);
        GradCheck.First(t => Op.Apply(new Centred(), t[0]), [x]);
        GradCheck.Second(t => Op.Apply(new Centred(), t[0] * t[0]), [x]);
        Assert.Throws<ShapeException>(() => Op.Apply(new Centred(), Tensor.Ones([3])));
    }
}
