using DeepNotes.Nn;
using TorchSharp;
using TorchModule = TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;

namespace DeepNotes.Peers.Rows;

/// <summary>How a classifier is trained, for either side: nothing of a side exists before it is asked for, so that a process can hold one alone.</summary>
/// <param name="Ours">Makes our model, and says how it comes from inputs to logits, a row for each label.</param>
/// <param name="Theirs">Makes their model, its parameters in the same order.</param>
/// <param name="OurOptimizer">Makes our optimizer.</param>
/// <param name="TheirOptimizer">Makes their optimizer.</param>
/// <param name="Input">The shape of the inputs.</param>
/// <param name="Classes">Labels lie below it.</param>
/// <param name="Work">Of one step.</param>
sealed record TrainingPlan(
    Func<(Module Model, Func<Tensor, Tensor> Forward)> Ours, Func<TorchModule> Theirs,
    Func<IEnumerable<Parameter>, Optimizer> OurOptimizer, Func<IEnumerable<TorchSharp.Modules.Parameter>, torch.optim.Optimizer> TheirOptimizer,
    int[] Input, int Classes, Work Work)
{
    const int Batches = 8;

    /// <summary>Of a model that is a layer.</summary>
    public static (Module Model, Func<Tensor, Tensor> Forward) Of(Layer model) => (model, model.Forward);

    /// <summary>How many labels there are; one for each input by default.</summary>
    public int? Labels { get; init; }

    /// <summary>Where inputs are tokens: how many there are.</summary>
    public int? Vocabulary { get; init; }

    public double Tolerance { get; init; } = 1e-5;

    /// <summary>Eight batches of random inputs (numbers or tokens) and labels, so that no unit dies and nothing fades into subnormal numbers.</summary>
    IEnumerable<(float[]? Numbers, long[]? Tokens, long[] Labels)> Data() => Enumerable.Range(0, Batches).Select(b => (
        Vocabulary is null ? Numbers.Uniform(Numbers.Count(Input), seed: b) : null,
        Vocabulary is { } tokens ? Numbers.Whole(Numbers.Count(Input), seed: b, tokens) : null,
        Numbers.Whole(Labels ?? Input[0], seed: 100 + b, Classes)));

    /// <summary>Our side of it.</summary>
    public sealed class OurTraining
    {
        readonly Func<Tensor, Tensor> forward;
        readonly Optimizer optimizer;
        readonly (Tensor Inputs, Tensor Labels)[] batches;
        int step;

        public OurTraining(TrainingPlan plan)
        {
            (Model, forward) = plan.Ours();
            optimizer = plan.OurOptimizer(Model.Parameters());
            batches = [.. plan.Data().Select(b => (
                b.Tokens is null ? Numbers.ForUs(b.Numbers!, plan.Input) : Tensor.From(b.Tokens).Reshape(plan.Input), Tensor.From(b.Labels)))];
        }

        public Module Model { get; }

        public Tensor Step()
        {
            var (inputs, labels) = batches[step++ % Batches];
            var loss = forward(inputs).CrossEntropy(labels);
            optimizer.Step(loss);
            return loss;
        }
    }

    /// <summary>Their side of it.</summary>
    public sealed class TheirTraining : IDisposable
    {
        readonly torch.optim.Optimizer optimizer;
        readonly (torch.Tensor Inputs, torch.Tensor Labels)[] batches;
        int step;

        public TheirTraining(TrainingPlan plan)
        {
            Model = plan.Theirs();
            optimizer = plan.TheirOptimizer(Model.parameters());
            batches = [.. plan.Data().Select(b => (
                b.Tokens is null ? Numbers.ForThem(b.Numbers!, plan.Input) : torch.tensor(b.Tokens, [.. plan.Input.Select(d => (long)d)]), torch.tensor(b.Labels)))];
        }

        public TorchModule Model { get; }

        /// <summary>Leaves the loss and its graph to the caller's scope.</summary>
        public torch.Tensor Step()
        {
            var (inputs, labels) = batches[step++ % Batches];
            var loss = torch.nn.functional.cross_entropy(Model.forward(inputs), labels);
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
            return loss;
        }

        public void Dispose()
        {
            foreach (var (inputs, labels) in batches)
            {
                inputs.Dispose();
                labels.Dispose();
            }
            optimizer.Dispose();
            Model.Dispose();
        }
    }
}
