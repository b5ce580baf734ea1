using DeepNotes.Ops;
using Xunit;

namespace DeepNotes.Core.Tests.Kernels;

/// <summary>Formulas joined by <c>Then</c>: the same bits as one after the other, wherever an element lies.</summary>
public sealed class ChainTests
{
    public static TheoryData<int, DType> Sizes
    {
        get
        {
            var data = new TheoryData<int, DType>();
            foreach (int count in new[] { 0, 1, 17, 4095, 4096, 4097, 10_001, 100_003 })
            {
                data.Add(count, DType.Float32);
                data.Add(count, DType.Float64);
            }
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void A_chain_gives_what_its_formulas_give(int count, DType type)
    {
        Tensor x = Tensor.Randn([count], dtype: type);
        Tensor expected = x.Map(new Clamp(-1.5, 0.75)).Map(new Elu(0.3)).Map(new Tanh()).Map(new Square()).Map(new Silu());
        Tensor chained = x.Map(new Clamp(-1.5, 0.75).Then(new Elu(0.3)).Then(new Tanh().Then(new Square())).Then(new Silu()));
        Assert.True(chained.AllClose(expected, relative: 0, absolute: 0));
        Assert.Equal(expected.Shape, chained.Shape);
    }

    [Fact]
    public void A_strided_input_is_chained_as_well()
    {
        Tensor x = Tensor.Randn([120, 90]).Transpose(0, 1);
        Assert.True(x.Map(new Tanh().Then(new Exp())).AllClose(x.Tanh().Exp(), relative: 0, absolute: 0));
    }

    [Fact]
    public void Its_gradient_is_that_of_its_formulas()
    {
        Tensor x = Tensor.Randn([6000], dtype: DType.Float64);
        x.RequiresGrad = true;
        Tensor one = Grad.Of(x.Map(new Tanh().Then(new Exp()).Then(new Square())).Sum(), [x])[0]!;
        Tensor other = Grad.Of(x.Tanh().Exp().Square().Sum(), [x])[0]!;
        Assert.True((one - other).Abs().Max().Item<double>() < 1e-13);
    }
}
