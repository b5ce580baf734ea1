using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using DeepNotes.IO;
using DeepNotes.OpTable;

namespace DeepNotes.Core.Tests.Surface;

/// <summary>Float16 and BFloat16 against PyTorch itself: conversions bit for bit, operations to a unit in the last place. The golden values are of generate_narrow.py.</summary>
public class NarrowTests
{
    private static readonly (Dictionary<string, Tensor> Tensors, Dictionary<string, string> Digests) Golden = Load();

    private static readonly Dictionary<string, Func<Tensor, Tensor, Tensor>> Operations = new()
    {
        ["add"] = (a, b) => a + b, ["subtract"] = (a, b) => a - b, ["multiply"] = (a, b) => a * b, ["divide"] = (a, b) => a / b,
        ["relu"] = (a, _) => a.Relu(), ["exp"] = (a, _) => a.Exp(), ["log"] = (a, _) => a.Abs().Log(), ["sqrt"] = (a, _) => a.Abs().Sqrt(),
        ["rsqrt"] = (a, _) => a.Abs().Rsqrt(), ["tanh"] = (a, _) => a.Tanh(), ["sigmoid"] = (a, _) => a.Sigmoid(), ["erf"] = (a, _) => a.Erf(),
        ["sin"] = (a, _) => a.Sin(), ["cos"] = (a, _) => a.Cos(), ["log1p"] = (a, _) => a.Abs().Log1p(), ["expm1"] = (a, _) => a.Expm1(),
        ["gelu"] = (a, _) => a.Gelu(), ["silu"] = (a, _) => a.Silu(), ["maximum"] = (a, b) => a.Maximum(b),
        ["pow"] = (a, b) => a.Abs().Pow(b), ["floor"] = (a, _) => a.Floor(), ["round"] = (a, _) => a.Round(), ["atan2"] = (a, b) => a.Atan2(b),
        ["sum"] = (a, _) => a.Sum(1), ["mean"] = (a, _) => a.Mean(1), ["softmax"] = (a, _) => a.Softmax(1), ["matmul"] = (a, b) => a.MatMul(b.Mt),
        ["layer_norm"] = (a, _) => a.LayerNorm([33]), ["cumsum"] = (a, _) => a.CumSum(1),
    };

    public static TheoryData<string> Conversions => [.. Golden.Tensors.Keys.Where(name => name.StartsWith("to.", StringComparison.Ordinal))];

    public static TheoryData<string> Results => [.. Golden.Tensors.Keys.Where(name => name.StartsWith("op.", StringComparison.Ordinal))];

    [Theory, MemberData(nameof(Conversions))]
    public void Conversions_of_hard_cases_have_the_bits_of_PyTorch(string name)
    {
        var (from, to) = (name.Split('.')[1], Enum.Parse<DType>(name.Split('.')[2]));
        var source = Golden.Tensors.GetValueOrDefault($"whole.{from}.{to}") is { } whole && !to.IsFloatingPoint() ? whole : Golden.Tensors[$"from.{from}"];
        Same.Bits(Golden.Tensors[name], source.To(to), name);
        // Through strides, and through a copy into memory that is there, as well.
        var strided = Tensor.Stack([source, source], 1);
        Same.Bits(Golden.Tensors[name], strided[.., 0].To(to), $"{name}, strided");
        var target = Tensor.Empty(source.Shape, to);
        target.CopyFrom(source);
        Same.Bits(Golden.Tensors[name], target, $"{name}, copied");
    }

    [Theory, InlineData(DType.Float16), InlineData(DType.BFloat16)]
    public void Conversions_beside_every_number_and_midpoint_have_the_bits_of_PyTorch(DType narrow)
    {
        var all = Tensor.From<short>([.. Enumerable.Range(0, 65536).Select(i => (short)i)]);
        var near = Near();
        Assert.Equal(Golden.Digests[$"{narrow} from Float32"], Digest(near.To(narrow)));
        Assert.Equal(Golden.Digests[$"{narrow} from Float64"], Digest((near.To(DType.Float64) * (1 + Math.ScaleB(1, -40))).To(narrow)));
        var numbers = narrow == DType.Float16
            ? Tensor.From<Half>(MemoryMarshal.Cast<short, Half>(all.ToArray<short>()).ToArray())
            : Tensor.From<BFloat16>([.. all.ToArray<short>().Select(bits => BFloat16.FromBits((ushort)bits))]);
        Assert.Equal(Golden.Digests[$"Float32 from {narrow}"], Digest(numbers.To(DType.Float32)));
    }

    [Fact]
    public void Single_numbers_convert_as_tensors_do()
    {
        var numbers = Golden.Tensors["from.Float32"].ToArray<float>();
        Same.Bits(Golden.Tensors["to.Float32.BFloat16"], Tensor.From<BFloat16>([.. numbers.Select(x => (BFloat16)x)]), "BFloat16");
        Same.Bits(Golden.Tensors["to.Float32.Float16"], Tensor.From<Half>([.. numbers.Select(x => (Half)x)]), "Half");
        var doubles = Golden.Tensors["from.Float64"].ToArray<double>();
        Same.Bits(Golden.Tensors["to.Float64.BFloat16"], Tensor.From<BFloat16>([.. doubles.Select(x => (BFloat16)x)]), "BFloat16 of double");
    }

    [Theory, MemberData(nameof(Results))]
    public void Operations_are_within_one_unit_in_the_last_place_of_PyTorch(string name)
    {
        var (type, operation) = (Enum.Parse<DType>(name.Split('.')[1]), name.Split('.')[2]);
        Tensor a = Golden.Tensors[$"a.{type}"], b = Golden.Tensors[$"b.{type}"], expected = Golden.Tensors[name];
        var actual = Operations[operation](a, b);
        Assert.Equal((expected.Shape, expected.DType), (actual.Shape, actual.DType));
        var (e, y) = (Same.Numbers(expected), Same.Numbers(actual));
        var exact = Same.Numbers(Operations[operation](a.To(DType.Float64), b.To(DType.Float64)));
        for (int i = 0; i < e.Length; i++)
        {
            double unit = NarrowChecks.UnitInLastPlace(e[i], type);
            // Where PyTorch itself rounds in between, it is further from the exact result than we are; then ours is not to be worse.
            bool close = e[i].Equals(y[i]) || Math.Abs(e[i] - y[i]) <= unit || Math.Abs(y[i] - exact[i]) <= Math.Min(unit, Math.Abs(e[i] - exact[i]));
            Assert.True(close, $"{name}: element {i} is {y[i]:r} instead of {e[i]:r}; exactly it is {exact[i]:r}.");
        }
    }

    private static Tensor Near()
    {
        var values = new List<float>();
        void Add(Func<int, uint> place)
        {
            foreach (int d in new[] { -1, 0, 1 }) for (int i = 0; i < 65536; i++) values.Add(BitConverter.UInt32BitsToSingle(unchecked(place(i) + (uint)d)));
        }
        Add(i => (uint)i << 16);
        Add(i => ((uint)i << 16) + 0x8000);
        Add(i => BitConverter.SingleToUInt32Bits((float)BitConverter.UInt16BitsToHalf((ushort)i)));
        Add(i => BitConverter.SingleToUInt32Bits((float)BitConverter.UInt16BitsToHalf((ushort)i)) + 0x1000);
        return Tensor.From<float>([.. values]);
    }

    private static string Digest(Tensor t)
    {
        byte[] bytes = t.DType switch
        {
            DType.Float16 => MemoryMarshal.AsBytes(t.ToArray<Half>().Select(x => Half.IsNaN(x) ? (ushort)0x7FC0 : BitConverter.HalfToUInt16Bits(x)).ToArray().AsSpan()).ToArray(),
            DType.BFloat16 => MemoryMarshal.AsBytes(t.ToArray<BFloat16>().Select(x => float.IsNaN(x) ? (ushort)0x7FC0 : x.ToBits()).ToArray().AsSpan()).ToArray(),
            _ => MemoryMarshal.AsBytes(t.ToArray<float>().Select(x => float.IsNaN(x) ? 0x7FC00000 : BitConverter.SingleToUInt32Bits(x)).ToArray().AsSpan()).ToArray(),
        };
        return Convert.ToHexStringLower(SHA256.HashData(bytes));
    }

    private static (Dictionary<string, Tensor>, Dictionary<string, string>) Load()
    {
        var tensors = Safetensors.Load(Path.Combine(AppContext.BaseDirectory, "goldens", "narrow.safetensors"), out var metadata);
        return (tensors, JsonSerializer.Deserialize<Dictionary<string, string>>(metadata["digests"])!);
    }
}
