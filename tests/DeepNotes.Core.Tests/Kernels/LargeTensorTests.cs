using DeepNotes.OpTable;
using Xunit;

namespace DeepNotes.Core.Tests.Kernels;

/// <summary>What large tensors are computed with: stores past the caches, sums that read memory at four places. A part of the tensor must give the same bits.</summary>
[Collection(nameof(ThreadCount))]
public sealed class LargeTensorTests
{
    // 28 MB of Float32 in rows that begin at any multiple of four bytes.
    private const int Rows = 7003, Length = 1001;

    [Fact]
    public void Elementwise_results_past_the_caches_are_those_of_a_part()
    {
        Rng.Seed(1);
        Tensor a = Tensor.Rand([Rows * Length]), b = Tensor.Rand([Rows * Length]);
        Same.Bits((a[5..777] + b[5..777]).Exp(), (a + b).Exp()[5..777], "exp of a sum");
        Same.Bits((a[^301..] * b[^301..]).Tanh(), (a * b).Tanh()[^301..], "tanh of a product");
        Same.Bits(a.To(DType.Float64)[^99..] + 1, (a.To(DType.Float64) + 1)[^99..], "doubles");
    }

    [Fact]
    public void Rows_blocks_and_slices_of_large_results_are_those_of_a_part()
    {
        Rng.Seed(5);
        Tensor x = Tensor.Rand([Rows, Length]), bias = Tensor.Rand([Length]), wide = Tensor.Rand([Rows, Length + 30]);
        Tensor sum = x + bias, exp = wide[.., 7..(Length + 7)].Exp(), copy = wide[.., ..Length].Contiguous(), turned = x.Transpose(0, 1).Contiguous();
        foreach (int row in new[] { 0, 1, 2, 3, 4002, Rows - 1 })
        {
            Same.Bits(x[row].Clone() + bias, sum[row], $"sum, row {row}");
            Same.Bits(wide[row, 7..(Length + 7)].Clone().Exp(), exp[row], $"exp, row {row}");
            Same.Bits(wide[row, ..Length].Clone(), copy[row], $"copy, row {row}");
            Same.Bits(x[row].Clone(), turned[.., row], $"turned, row {row}");
        }
        var target = Tensor.Zeros([Rows, Length, 2]);
        target[.., .., 0] = sum;
        Same.Bits(sum, target[.., .., 0].Contiguous(), "every second place");
        Assert.Equal(0, target[.., .., 1].AMax().Item<float>());
    }

    [Fact]
    public void A_tensor_changed_in_place_may_be_its_own_input()
    {
        var a = Tensor.Ones([Rows * Length]);
        a.AddInPlace(a);
        Assert.Equal(2, a.Min().Item<float>());
        Assert.Equal(2, a.Max().Item<float>());
    }

    [Fact]
    public void Layer_norm_past_the_caches_is_that_of_a_part()
    {
        Rng.Seed(2);
        Tensor x = Tensor.Randn([Rows, Length]), weight = Tensor.Rand([Length]), bias = Tensor.Rand([Length]), g = Tensor.Randn([Rows, Length]);
        x.RequiresGrad = true;
        Tensor y = x.LayerNorm(weight, bias), dx = Grad.Of(y, [x], g)[0];
        foreach (int row in new[] { 0, 1, 2, 3, 17, 4001, Rows - 1 })
        {
            var part = x.Detach()[row..(row + 1)].Clone();
            part.RequiresGrad = true;
            var z = part.LayerNorm(weight, bias);
            Same.Bits(z, y[row..(row + 1)], $"row {row}");
            Same.Bits(Grad.Of(z, [part], g[row..(row + 1)])[0], dx[row..(row + 1)], $"gradient of row {row}");
        }
    }

    [Theory]
    [InlineData(8, 100, 4)]
    [InlineData(130, 33, 0)]
    [InlineData(600, 1001, 1)]
    public void Layer_norm_gives_all_gradients_together_as_one_by_one(int rows, int length, int seed)
    {
        Rng.Seed((ulong)seed);
        Tensor x = Tensor.Randn([rows, length]), weight = Tensor.Rand([length]), bias = Tensor.Rand([length]), g = Tensor.Randn([rows, length]);
        Tensor[] inputs = [x, weight, bias];
        foreach (var t in inputs) t.RequiresGrad = true;
        var together = Grad.Of(x.LayerNorm(weight, bias), inputs, g);
        for (int i = 0; i < inputs.Length; i++) Same.Bits(Grad.Of(x.LayerNorm(weight, bias), [inputs[i]], g)[0], together[i], $"gradient {i}");
    }

    [Theory]
    [InlineData(1, 4096 * 40)]
    [InlineData(1, 4096 * 43 + 17)]
    [InlineData(3, 4096 * 9)]
    [InlineData(3, 4096 * 9 + 5)]
    [InlineData(7, 4096 * 5 + 4095)]
    public void A_long_row_is_reduced_to_the_same_bits_wherever_it_lies(int rows, int length)
    {
        Rng.Seed(3);
        var x = Tensor.Randn([rows, length]);
        Tensor sum = x.Sum([-1]), max = x.AMax([-1]);
        for (int row = 0; row < rows; row++)
        {
            Same.Bits(x[row].Clone().Sum([-1]), sum[row], $"sum of row {row}");
            Same.Bits(x[row].Clone().AMax([-1]), max[row], $"largest of row {row}");
            Assert.Equal(x[row].To(DType.Float64).Sum().Item<double>(), sum[row].Item<float>(), 1e-2);
            Assert.Equal(x[row].ToArray<float>().Max(), max[row].Item<float>());
        }
    }

    [Fact]
    public void A_long_sum_has_the_same_bits_with_one_thread_and_with_three()
    {
        Rng.Seed(4);
        var x = Tensor.Randn([4096 * 57 + 3]);
        Tensor one, squares;
        using (ThreadCount.Of(1)) (one, squares) = (x.Sum(), x.Square().Sum());
        using var scope = ThreadCount.Of(3);
        Same.Bits(one, x.Sum(), "sum");
        Same.Bits(squares, x.Square().Sum(), "sum of squares");
    }
}
