using DeepNotes.IO;

namespace DeepNotes.Core.Tests.Surface;

/// <summary>The type of a result from the types of two operands, held against torch.result_type for every pair.</summary>
public sealed class PromotionTests
{
    private static readonly Dictionary<string, Tensor> Golden = Safetensors.Load(Path.Combine(AppContext.BaseDirectory, "goldens", "promotion.safetensors"));

    [Fact]
    public void Pairs_of_tensors_with_and_without_dimensions()
    {
        long[] expected = Golden["tensors"].ToArray<long>();
        int at = 0;
        foreach (var a in Enum.GetValues<DType>())
        foreach (var b in Enum.GetValues<DType>())
        foreach (bool left in new[] { true, false })
        foreach (bool right in new[] { true, false })
        {
            Tensor x = Tensor.Ones(left ? [2] : [], a), y = Tensor.Ones(right ? [2] : [], b);
            var type = (DType)expected[at++];
            Assert.True((x * y).DType == type, $"{a}{x.Shape} * {b}{y.Shape} is {(x * y).DType} instead of {type}.");
            Assert.True((x + y).DType == type, $"{a}{x.Shape} + {b}{y.Shape} is {(x + y).DType} instead of {type}.");
            Assert.True(x.Maximum(y).DType == type, $"Maximum of {a}{x.Shape} and {b}{y.Shape} is {x.Maximum(y).DType} instead of {type}.");
            if (left && right) Assert.Equal(type, DTypes.Promote(a, b));
            if (left && right) Assert.Equal(type, Tensor.Concatenate([x, y]).DType);
        }
        Assert.Equal(expected.Length, at);
    }

    [Fact]
    public void Tensors_and_numbers()
    {
        long[] expected = Golden["numbers"].ToArray<long>();
        int at = 0;
        foreach (var a in Enum.GetValues<DType>())
        foreach (bool hasDimensions in new[] { true, false })
        {
            Tensor x = Tensor.Ones(hasDimensions ? [2] : [], a);
            var (whole, fraction) = ((DType)expected[at++], (DType)expected[at++]);
            string what = $"{a}{x.Shape}";
            Assert.True((x + 2).DType == whole && (2 * x).DType == whole && (x + 2L).DType == whole, $"{what} and 2 give {(x + 2).DType}, {(2 * x).DType} instead of {whole}.");
            Assert.True((x + 2.5).DType == fraction && (2.5 * x).DType == fraction, $"{what} and 2.5 give {(x + 2.5).DType}, {(2.5 * x).DType} instead of {fraction}.");
            Assert.True(x.Maximum(2).DType == whole && x.Maximum(2.5).DType == fraction, $"Maximum of {what} and 2 or 2.5 is {x.Maximum(2).DType}, {x.Maximum(2.5).DType} instead of {whole}, {fraction}.");
        }
    }

    [Fact]
    public void A_number_keeps_its_precision_beside_Float64()
    {
        var x = Tensor.Ones([1], DType.Float64);
        Assert.Equal(0.1, (x * 0.1).Item());
        Assert.Equal(0.1, x.Minimum(0.1).Item());
        Assert.Equal((1L << 53) + 1, (Tensor.Full([1], 1L << 53, DType.Int64) + 1).Item<long>());
    }
}
