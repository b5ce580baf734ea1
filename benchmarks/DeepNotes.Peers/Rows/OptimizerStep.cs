using DeepNotes.Nn;
using TorchSharp;
using TorchParameter = TorchSharp.Modules.Parameter;

namespace DeepNotes.Peers.Rows;

/// <summary>An optimizer's step alone, over parameters of the given shapes whose gradients stay as they are.</summary>
sealed class OptimizerStep : Row
{
    readonly Parameter[] ourParameters;
    readonly TorchParameter[] theirParameters;
    readonly Optimizer ourOptimizer;
    readonly torch.optim.Optimizer theirOptimizer;

    public OptimizerStep(
        int[][] shapes, Func<IEnumerable<Parameter>, Optimizer> ours, Func<IEnumerable<TorchParameter>, torch.optim.Optimizer> theirs, Work work)
    {
        Work = work;
        ourParameters = new Parameter[shapes.Length];
        theirParameters = new TorchParameter[shapes.Length];
        for (var i = 0; i < shapes.Length; i++)
        {
            var values = Numbers.Uniform(Numbers.Count(shapes[i]), seed: i);
            var gradient = Numbers.Uniform(values.Length, seed: 100 + i);
            ourParameters[i] = new Parameter(Numbers.ForUs(values, shapes[i])) { Grad = Numbers.ForUs(gradient, shapes[i]) };
            theirParameters[i] = new TorchParameter(Numbers.ForThem(values, shapes[i])) { grad = Numbers.ForThem(gradient, shapes[i]) };
        }
        ourOptimizer = ours(ourParameters);
        theirOptimizer = theirs(theirParameters);
    }

    public override Work Work { get; }

    public override void Ours() => ourOptimizer.Step();

    public override void Theirs()
    {
        using var scope = torch.NewDisposeScope();
        theirOptimizer.step();
    }

    public override IEnumerable<Pair> Results()
    {
        for (var step = 0; step < 3; step++)
        {
            Ours();
            Theirs();
        }
        for (var i = 0; i < ourParameters.Length; i++)
            yield return new($"parameter {i}", Numbers.Read(ourParameters[i]), Numbers.Read(theirParameters[i]));
    }

    public override void Dispose()
    {
        theirOptimizer.Dispose();
        foreach (var p in theirParameters) p.Dispose();
    }
}
