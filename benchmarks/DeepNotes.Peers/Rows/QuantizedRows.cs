using DeepNotes.Nn;
using TorchSharp;

namespace DeepNotes.Peers.Rows;

/// <summary>
/// A few rows times a matrix whose numbers have fewer bits. Against Int8 libtorch multiplies by the same matrix in Float32: TorchSharp has no product with Int8 weights alone;
/// against BFloat16 in BFloat16 throughout.
/// </summary>
static class QuantizedRows
{
    public static IEnumerable<(string Name, Func<Row> Make)> All =>
    [
        ("gemv_int8_1x4096x4096", () => new Product(1, 4096, 4096, DType.Int8)),
        ("gemv_bf16_1x4096x4096", () => new Product(1, 4096, 4096, DType.BFloat16)),
        ("gemm_int8_8x4096x4096", () => new Product(8, 4096, 4096, DType.Int8)),
        ("gemm_int8_128x1024x1024", () => new Product(128, 1024, 1024, DType.Int8)),
    ];

    sealed class Product : Row
    {
        readonly Tensor ourInput, ourWeight;
        readonly Tensor? scale;
        readonly torch.Tensor theirInput, theirWeight;

        public Product(int rows, int inputs, int outputs, DType type)
        {
            Work = rows == 1 ? Work.Bytes((double)inputs * outputs * (type == DType.Int8 ? 1 : 2)) : Work.Flops(Work.Product(rows, inputs, outputs));
            float[] weight = Numbers.Uniform(inputs * outputs, seed: 1), x = Numbers.Uniform(rows * inputs, seed: 2);
            (ourWeight, scale) = Quantization.Quantize(Numbers.ForUs(weight, [outputs, inputs]), type);
            ourInput = Numbers.ForUs(x, [rows, inputs]);
            theirInput = Numbers.ForThem(x, [rows, inputs]);
            theirWeight = Numbers.ForThem(Numbers.Read(Quantization.Dequantize(ourWeight, scale)), [outputs, inputs]);
            if (type == DType.Int8) return;
            // A sum of BFloat16 numbers, rounded to eight bits.
            Tolerance = 0.02;
            theirInput = theirInput.to(torch.bfloat16);
            theirWeight = theirWeight.to(torch.bfloat16);
        }

        public override Work Work { get; }

        public override void Ours() => Quantization.Linear(ourInput, ourWeight, scale);

        public override void Theirs()
        {
            using var off = torch.inference_mode();
            using var y = torch.nn.functional.linear(theirInput, theirWeight);
        }

        public override IEnumerable<Pair> Results()
        {
            using var their = torch.nn.functional.linear(theirInput, theirWeight);
            yield return new("product", Numbers.Read(Quantization.Linear(ourInput, ourWeight, scale)), Numbers.Read(their));
        }

        public override void Dispose()
        {
            theirInput.Dispose();
            theirWeight.Dispose();
        }
    }
}
