using BenchmarkDotNet.Attributes;

namespace DeepNotes.Benchmarks;

/// <summary>Reductions over rows, over columns and over everything.</summary>
[MemoryDiagnoser]
public class ReductionBenchmarks
{
    private Tensor x = null!;

    [Params(100, 3_000)]
    public int Size { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        Rng.Seed(1);
        x = Tensor.Randn([Size, Size]);
    }

    [Benchmark]
    public Tensor Sum() => x.Sum();

    [Benchmark]
    public Tensor SumOfRows() => x.Sum([1]);

    [Benchmark]
    public Tensor SumOfColumns() => x.Sum([0]);

    [Benchmark]
    public Tensor Softmax() => x.Softmax(-1);
}
