using BenchmarkDotNet.Attributes;

namespace DeepNotes.Benchmarks;

/// <summary>Square matrix products, plain and with the second matrix transposed, as linear layers have it.</summary>
[MemoryDiagnoser]
public class MatMulBenchmarks
{
    private Tensor a = null!, b = null!;

    [Params(32, 64, 128, 256, 512, 1024)]
    public int Size { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        Rng.Seed(1);
        a = Tensor.Randn([Size, Size]);
        b = Tensor.Randn([Size, Size]);
    }

    [Benchmark]
    public Tensor Plain() => a.MatMul(b);

    [Benchmark]
    public Tensor SecondTransposed() => a.MatMul(b.Mt);
}
