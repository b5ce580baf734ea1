using BenchmarkDotNet.Attributes;

namespace DeepNotes.Benchmarks;

/// <summary>What a call costs where the arithmetic costs nothing: 32 numbers.</summary>
[MemoryDiagnoser]
public class OverheadBenchmarks
{
    private const int Chain = 100;
    private Tensor x = null!, y = null!, leaf = null!;

    [GlobalSetup]
    public void Setup()
    {
        Rng.Seed(1);
        x = Tensor.Randn([32]);
        y = Tensor.Randn([32]);
        leaf = Tensor.Randn([32]);
        leaf.RequiresGrad = true;
    }

    [Benchmark]
    public Tensor Add() => x + y;

    [Benchmark]
    public Tensor AddRecorded() => leaf + y;

    [Benchmark]
    public Tensor View() => x[4..12];

    [Benchmark]
    public Tensor AddScalar() => x + 1.5;

    /// <summary>A chain of additions there and back, for each of its links.</summary>
    [Benchmark(OperationsPerInvoke = Chain)]
    public Tensor ForwardAndBackward()
    {
        var sum = leaf;
        for (var i = 0; i < Chain; i++) sum += y;
        return Grad.Of(sum, [leaf], y)[0]!;
    }
}
