using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using DeepNotes.Nn;

namespace DeepNotes.Benchmarks.Memory;

/// <summary>What a worker saw, in kilobytes.</summary>
/// <param name="Resident">Resident memory after the steps asked for.</param>
/// <param name="Peak">The most that was ever resident.</param>
/// <param name="Milliseconds">Time of a step.</param>
public sealed record MemoryCurve(SortedDictionary<int, long> Resident, long Peak, double Milliseconds);

/// <summary>A fresh process that trains one model, so that the peak is that of this run alone.</summary>
internal static class MemoryWorker
{
    private const int Batches = 4;

    public static int Run(string[] arguments)
    {
        var (model, scoped, steps) = (arguments[0], arguments[1] == "scoped", int.Parse(arguments[2], CultureInfo.InvariantCulture));
        HashSet<int> marks = [.. arguments[3].Split(',').Select(s => int.Parse(s, CultureInfo.InvariantCulture))];
        Rng.Seed(1);
        var workload = model == "mlp" ? Mlp() : Cnn();
        var resident = new SortedDictionary<int, long>();
        var clock = Stopwatch.StartNew();
        for (var step = 1; step <= steps; step++)
        {
            if (scoped) ScopedStep(workload, step);
            else Step(workload, step);
            if (marks.Contains(step)) resident[step] = Kilobytes("VmRSS");
        }
        var curve = new MemoryCurve(resident, Kilobytes("VmHWM"), clock.Elapsed.TotalMilliseconds / steps);
        Console.WriteLine(JsonSerializer.Serialize(curve));
        return 0;
    }

    private static void ScopedStep(Workload workload, int step)
    {
        using var scope = new TensorScope();
        Step(workload, step);
    }

    private static void Step(Workload workload, int step)
    {
        var (inputs, labels) = workload.Batches[step % Batches];
        var loss = workload.Model.Forward(inputs).CrossEntropy(labels);
        workload.Optimizer.Step(loss);
    }

    private static Workload Mlp()
    {
        var model = new Sequential(new Linear(784, 256), new ReLU(), new Linear(256, 10));
        return new(model, new Adam(model.Parameters(), learningRate: 1e-4), Random([64, 784]));
    }

    /// <summary>Eight activations of 128×32×28×28 numbers forward and about as many gradients: some 200 MB a step.</summary>
    private static Workload Cnn()
    {
        var model = new Sequential(
            new Conv2d(1, 32, 3, padding: 1), new LeakyReLU(0.1), new Conv2d(32, 32, 1), new Tanh(), new Conv2d(32, 32, 1), new ReLU(),
            new Conv2d(32, 32, 1), new Sigmoid(), new MaxPool2d(4), new Flatten(), new Linear(32 * 7 * 7, 10));
        return new(model, new SGD(model.Parameters(), learningRate: 1e-3, momentum: 0.9), Random([128, 1, 28, 28]));
    }

    private static (Tensor, Tensor)[] Random(Shape shape)
    {
        var batches = new (Tensor, Tensor)[Batches];
        for (var b = 0; b < Batches; b++) batches[b] = (Tensor.Randn(shape), Tensor.RandInt(0, 10, [shape[0]]));
        return batches;
    }

    /// <summary>A line of the kernel's account of this process.</summary>
    private static long Kilobytes(string name)
    {
        var line = File.ReadLines("/proc/self/status").First(l => l.StartsWith(name + ":", StringComparison.Ordinal));
        return long.Parse(line.AsSpan(name.Length + 1).Trim().TrimEnd("kB ").Trim(), CultureInfo.InvariantCulture);
    }

    private sealed record Workload(Sequential Model, Optimizer Optimizer, (Tensor Inputs, Tensor Labels)[] Batches);
}
