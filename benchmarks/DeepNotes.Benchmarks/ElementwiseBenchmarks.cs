using BenchmarkDotNet.Attributes;

namespace DeepNotes.Benchmarks;

/// <summary>Elementwise kernels where arithmetic, the caches and memory limit them in turn.</summary>
[MemoryDiagnoser]
public class ElementwiseBenchmarks
{
    private Tensor x = null!, y = null!;

    [Params(1_000, 100_000, 10_000_000)]
    public int Count { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        Rng.Seed(1);
        x = Tensor.Randn([Count]);
        y = Tensor.Randn([Count]);
    }

    [Benchmark]
    public Tensor Add() => x + y;

    [Benchmark]
    public Tensor Exp() => x.Exp();

    [Benchmark]
    public Tensor Tanh() => x.Tanh();

    [Benchmark]
    public Tensor Sigmoid() => x.Sigmoid();
}
