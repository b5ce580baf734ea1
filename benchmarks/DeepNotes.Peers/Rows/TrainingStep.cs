using DeepNotes.Nn;
using TorchSharp;
using TorchModule = TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;

namespace DeepNotes.Peers.Rows;

/// <summary>A classifier and its optimizer, twice.</summary>
/// <param name="Ours">Our model.</param>
/// <param name="OurForward">From inputs to logits, a row for each label.</param>
/// <param name="Theirs">Their model, its parameters in the same order; both start from its numbers.</param>
/// <param name="OurOptimizer">Makes our optimizer.</param>
/// <param name="TheirOptimizer">Makes their optimizer.</param>
sealed record Classifier(
    Module Ours, Func<Tensor, Tensor> OurForward, TorchModule Theirs,
    Func<IEnumerable<Parameter>, Optimizer> OurOptimizer, Func<IEnumerable<TorchSharp.Modules.Parameter>, torch.optim.Optimizer> TheirOptimizer)
{
    public Classifier(
        Layer ours, TorchModule theirs,
        Func<IEnumerable<Parameter>, Optimizer> ourOptimizer, Func<IEnumerable<TorchSharp.Modules.Parameter>, torch.optim.Optimizer> theirOptimizer)
        : this(ours, ours.Forward, theirs, ourOptimizer, theirOptimizer) { }
}

/// <summary>One whole step of training a classifier: forward, cross-entropy, backward, optimizer.</summary>
/// <remarks>It goes round eight batches of random inputs and labels, so that no unit dies and nothing fades into subnormal numbers.</remarks>
sealed class TrainingStep : Row
{
    const int Batches = 8;
    readonly Classifier classifier;
    readonly Optimizer ourOptimizer;
    readonly torch.optim.Optimizer theirOptimizer;
    readonly (Tensor Inputs, Tensor Labels)[] ourBatches;
    readonly (torch.Tensor Inputs, torch.Tensor Labels)[] theirBatches;
    int ourStep, theirStep;

    /// <param name="classifier">The model.</param>
    /// <param name="input">The shape of the inputs.</param>
    /// <param name="classes">Labels lie below it.</param>
    /// <param name="work">Of one step.</param>
    /// <param name="labels">How many labels there are; one for each input by default.</param>
    /// <param name="vocabulary">Where inputs are tokens: how many there are.</param>
    public TrainingStep(Classifier classifier, int[] input, int classes, Work work, int? labels = null, int? vocabulary = null)
    {
        Work = work;
        this.classifier = classifier;
        Networks.Copy(classifier.Theirs, classifier.Ours);
        ourOptimizer = classifier.OurOptimizer(classifier.Ours.Parameters());
        theirOptimizer = classifier.TheirOptimizer(classifier.Theirs.parameters());

        ourBatches = new (Tensor, Tensor)[Batches];
        theirBatches = new (torch.Tensor, torch.Tensor)[Batches];
        for (var b = 0; b < Batches; b++)
        {
            long[] ofRows = Numbers.Whole(labels ?? input[0], seed: 100 + b, classes);
            if (vocabulary is { } tokens)
            {
                long[] inputs = Numbers.Whole(Numbers.Count(input), seed: b, tokens);
                ourBatches[b] = (Tensor.From(inputs).Reshape(input), Tensor.From(ofRows));
                theirBatches[b] = (torch.tensor(inputs, [.. input.Select(d => (long)d)]), torch.tensor(ofRows));
            }
            else
            {
                var inputs = Numbers.Uniform(Numbers.Count(input), seed: b);
                ourBatches[b] = (Numbers.ForUs(inputs, input), Tensor.From(ofRows));
                theirBatches[b] = (Numbers.ForThem(inputs, input), torch.tensor(ofRows));
            }
        }
    }

    public override Work Work { get; }

    public override void Ours() => OurLoss();

    public override void Theirs()
    {
        using var scope = torch.NewDisposeScope();
        TheirLoss();
    }

    Tensor OurLoss()
    {
        var (inputs, labels) = ourBatches[ourStep++ % Batches];
        var loss = classifier.OurForward(inputs).CrossEntropy(labels);
        ourOptimizer.Step(loss);
        return loss;
    }

    torch.Tensor TheirLoss()
    {
        var (inputs, labels) = theirBatches[theirStep++ % Batches];
        var loss = torch.nn.functional.cross_entropy(classifier.Theirs.forward(inputs), labels);
        theirOptimizer.zero_grad();
        loss.backward();
        theirOptimizer.step();
        return loss;
    }

    public override IEnumerable<Pair> Results()
    {
        using var scope = torch.NewDisposeScope();
        for (var step = 1; step <= 4; step++)
            yield return new($"loss {step}", Numbers.Read(OurLoss()), Numbers.Read(TheirLoss()));
        var i = 0;
        foreach (var (our, their) in Networks.Pairs(classifier.Ours, classifier.Theirs))
            yield return new($"parameter {i++}", Numbers.Read(our), Numbers.Read(their));
    }

    public override void Dispose()
    {
        foreach (var (inputs, labels) in theirBatches)
        {
            inputs.Dispose();
            labels.Dispose();
        }
        theirOptimizer.Dispose();
        classifier.Theirs.Dispose();
    }
}
