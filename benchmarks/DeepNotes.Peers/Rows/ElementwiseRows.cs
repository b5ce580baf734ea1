using DeepNotes.Ops;
using TorchSharp;
using Functional = TorchSharp.torch.nn.functional;

namespace DeepNotes.Peers.Rows;

/// <summary>Functions element by element and along rows, from a thousand to ten million elements, forward and backward.</summary>
static class ElementwiseRows
{
    sealed record Function(string Name, Func<Tensor[], Tensor> Ours, Func<torch.Tensor[], torch.Tensor> Theirs, int Inputs = 1, bool InRows = false, bool Sums = false);

    static readonly Function[] Functions =
    [
        new("add", x => x[0] + x[1], x => x[0] + x[1], Inputs: 2),
        new("mul", x => x[0] * x[1], x => x[0] * x[1], Inputs: 2),
        new("exp", x => x[0].Exp(), x => x[0].exp()),
        new("tanh", x => x[0].Tanh(), x => x[0].tanh()),
        new("gelu", x => x[0].Gelu(), x => Functional.gelu(x[0])),
        new("sum", x => x[0].Sum(), x => x[0].sum(), Sums: true),
        new("softmax", x => x[0].Softmax(-1), x => x[0].softmax(-1), InRows: true),
        new("layer_norm", x => x[0].LayerNorm(x[1], x[2]), x => Functional.layer_norm(x[0], [x[1].shape[0]], x[1], x[2]), InRows: true),
    ];

    public static IEnumerable<(string Name, Func<Row> Make)> All
    {
        get
        {
            yield return ("add_32", () => new Expression([[32], [32]], x => x[0] + x[1], x => x[0] + x[1], Work.Calls));
            foreach (var f in Functions)
            {
                foreach (int power in new[] { 3, 5, 7 })
                {
                    yield return ($"{f.Name}_1e{power}", () => Make(f, power, backward: false));
                    yield return ($"{f.Name}_1e{power}_backward", () => Make(f, power, backward: true));
                    if (power == 5) yield return ($"{f.Name}_1e{power}_scoped", () => Make(f, power, backward: false, scoped: true));
                }
            }
            yield return ("chain_of_ten_1e6", Chain);
        }
    }

    static Expression Make(Function f, int power, bool backward, bool scoped = false)
    {
        int count = (int)Math.Pow(10, power), length = power == 3 ? 100 : 1000;
        int[] shape = f.InRows ? [count / length, length] : [count];
        int[][] inputs = f.Name == "layer_norm" ? [shape, [length], [length]] : [.. Enumerable.Repeat(shape, f.Inputs)];
        // Reads each input and writes each result once; the gradient reads the cotangent and what was kept, and writes one tensor an input.
        double tensors = f.Inputs + (f.Sums ? 0 : 1) + (backward ? f.Inputs + (f.Sums ? 0 : 2) : 0);
        return new(inputs, f.Ours, f.Theirs, Work.Bytes(4 * tensors * count), backward) { Tolerance = f.Sums ? 1e-3 : 1e-5, Scoped = scoped };
    }

    /// <summary>Ours as one formula, theirs as its users have to write it: ten calls.</summary>
    static Expression Chain() => new(
        [[1_000_000]],
        x => x[0].Map(new Tanh().Then(new Square()).Then(new Sigmoid()).Then(new Sqrt()).Then(new Exp()).Then(new Negate()).Then(new Abs()).Then(new Silu()).Then(new Tanh()).Then(new Relu())),
        x =>
        {
            using var scope = torch.NewDisposeScope();
            return Functional.silu(x[0].tanh().square().sigmoid().sqrt().exp().neg().abs()).tanh().relu().MoveToOuterDisposeScope();
        },
        Work.Bytes(2 * 4 * 1e6));
}
