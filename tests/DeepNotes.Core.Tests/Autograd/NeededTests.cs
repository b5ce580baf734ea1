using DeepNotes.Autograd;
using Xunit;

namespace DeepNotes.Core.Tests.Autograd;

public class NeededTests
{
    /// <summary>a·b, which writes down which gradients it was asked for.</summary>
    private readonly record struct Watched(bool[] Asked) : IOp
    {
        public Tensor Forward(ReadOnlySpan<Tensor> x, Tape tape)
        {
            tape.Keep(x);
            return x[0] * x[1];
        }

        public void Backward(Tensor g, Saved kept, Gradients gradients)
        {
            (Asked[0], Asked[1]) = (gradients.Needs(0), gradients.Needs(1));
            if (gradients.Needs(0)) gradients[0] = g * kept[1];
            if (gradients.Needs(1)) gradients[1] = g * kept[0];
        }
    }

    [Fact]
    public void An_operation_is_asked_only_for_the_gradients_that_are_wanted()
    {
        Tensor a = Tensor.From<double>(2), b = Tensor.From<double>(3);
        a.RequiresGrad = b.RequiresGrad = true;
        var asked = new bool[2];
        var y = Op.Apply(new Watched(asked), a, b).Sum();
        Assert.Equal(3, Grad.Of(y, [a], retainGraph: true)[0].Item());
        Assert.Equal([true, false], asked);
        Assert.Equal(2, Grad.Of(y, [b], retainGraph: true)[0].Item());
        Assert.Equal([false, true], asked);
        y.Backward();
        Assert.Equal([true, true], asked);
        Assert.Equal((3, 2), (a.Grad!.Item(), b.Grad!.Item()));
    }
}
