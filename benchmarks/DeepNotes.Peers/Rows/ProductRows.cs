using TorchSharp;

namespace DeepNotes.Peers.Rows;

/// <summary>Matrix products: squares, all transposes, skinny ones, batches; in Float32 and Float64.</summary>
static class ProductRows
{
    static readonly (int M, int K, int N)[] Skinny = [(64, 784, 128), (1, 4096, 4096), (4096, 1, 512)];

    public static IEnumerable<(string Name, Func<Row> Make)> All
    {
        get
        {
            foreach (bool twice in new[] { false, true })
            {
                string prefix = twice ? "gemm_f64" : "gemm";
                foreach (int n in new[] { 32, 64, 128, 256, 512, 1024, 2048 }) yield return ($"{prefix}_{n}", () => Product(n, n, n, twice));
                foreach (string transposes in new[] { "nt", "tn", "tt" })
                {
                    foreach (int n in new[] { 64, 256, 1024 }) yield return ($"{prefix}_{transposes}_{n}", () => Product(n, n, n, twice, transposes));
                }
                foreach (var (m, k, n) in Skinny) yield return ($"{prefix}_{m}x{k}x{n}", () => Product(m, k, n, twice));
                yield return ($"{prefix}_4096x1x512_scoped", () => Product(4096, 1, 512, twice, scoped: true));
                yield return ($"{prefix}_batch_48", () => new Expression(
                    [[48, 64, 32], [48, 32, 64]], x => x[0].MatMul(x[1]), x => x[0].matmul(x[1]), Work.Flops(48 * Work.Product(64, 32, 64)), twice: twice));
            }
        }
    }

    static Expression Product(int m, int k, int n, bool twice, string transposes = "nn", bool scoped = false)
    {
        bool left = transposes[0] == 't', right = transposes[1] == 't';
        Work work = Math.Min(m, n) == 1
            ? Work.Bytes((twice ? 8.0 : 4.0) * (k * n + m * k + m * n))
            : k == 1 ? Work.Bytes((twice ? 8.0 : 4.0) * (m * n + m + n)) : Work.Flops(Work.Product(m, k, n));
        return new(
            [left ? [k, m] : [m, k], right ? [n, k] : [k, n]],
            x => (left ? x[0].Mt : x[0]).MatMul(right ? x[1].Mt : x[1]),
            x =>
            {
                using var scope = torch.NewDisposeScope();
                return (left ? x[0].t() : x[0]).matmul(right ? x[1].t() : x[1]).MoveToOuterDisposeScope();
            },
            work, twice: twice) { Scoped = scoped };
    }
}
