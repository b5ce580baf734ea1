using System.Runtime.CompilerServices;
using DeepNotes.Lanes;
using DeepNotes.Ops;

namespace DeepNotes.Core.Tests.Ownership;

/// <summary>p ← p − rate·(m ← momentum·m + g).</summary>
internal readonly record struct Momentum(double Rate, double Factor) : IUpdateOp
{
    public int States => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Apply<V>(ref V parameter, V gradient, ref V state0, ref V state1, ref V state2) where V : INumberLane<V>
    {
        state0 = state0 * V.Const(Factor) + gradient;
        parameter -= state0 * V.Const(Rate);
    }
}

/// <summary>A small network with its optimizer, written the way the layers and optimizers of the library use the core.</summary>
internal sealed class TinyClassifier
{
    private readonly Parameter[] parameters;
    private readonly Tensor?[] states;
    private readonly Tensor inputs, labels;

    public TinyClassifier(ulong seed, int rows = 64, int inputs = 96, int hidden = 64, int classes = 10)
    {
        var rng = new Rng(seed);
        parameters =
        [
            new Parameter(Tensor.Randn([hidden, inputs], rng: rng) * 0.1), new Parameter(Tensor.Zeros([hidden])),
            new Parameter(Tensor.Randn([classes, hidden], rng: rng) * 0.1), new Parameter(Tensor.Zeros([classes])),
        ];
        states = new Tensor?[parameters.Length];
        this.inputs = Tensor.Randn([rows, inputs], rng: rng);
        labels = Tensor.RandInt(0, classes, [rows], rng: rng);
    }

    public Tensor Logits() => inputs.Linear(parameters[0], parameters[1], default(Tanh)).Linear(parameters[2], parameters[3]);

    public float Step()
    {
        var loss = Logits().CrossEntropy(labels);
        loss.Backward();
        Update();
        return loss.Item<float>();
    }

    public float ScopedStep()
    {
        using var scope = new TensorScope();
        return Step();
    }

    public float[] Train(int steps)
    {
        var losses = new float[steps];
        for (int i = 0; i < steps; i++) losses[i] = Step();
        return losses;
    }

    private void Update()
    {
        for (int i = 0; i < parameters.Length; i++)
        {
            if (states[i] is null)
            {
                using var outside = TensorScope.Outside();
                states[i] = Tensor.ZerosLike(parameters[i]);
            }
            Op.Update(new Momentum(0.05, 0.9), parameters[i], parameters[i].CollectedGradient!, states[i]);
            parameters[i].ClearGradient();
        }
    }
}
