using TorchSharp;

namespace DeepNotes.Peers.Rows;

/// <summary>One whole step of training a classifier: forward, cross-entropy, backward, optimizer. Both sides start from their numbers.</summary>
sealed class TrainingStep : Row
{
    readonly TrainingPlan.OurTraining ours;
    readonly TrainingPlan.TheirTraining theirs;

    public TrainingStep(TrainingPlan plan)
    {
        (Work, Tolerance) = (plan.Work, plan.Tolerance);
        theirs = new(plan);
        ours = new(plan);
        Networks.Copy(theirs.Model, ours.Model);
    }

    public override Work Work { get; }

    public override void Ours() => ours.Step();

    public override void Theirs()
    {
        using var scope = torch.NewDisposeScope();
        theirs.Step();
    }

    public override IEnumerable<Pair> Results()
    {
        using var scope = torch.NewDisposeScope();
        for (var step = 1; step <= 4; step++)
            yield return new($"loss {step}", Numbers.Read(ours.Step()), Numbers.Read(theirs.Step()));
        var i = 0;
        foreach (var (our, their) in Networks.Pairs(ours.Model, theirs.Model))
            yield return new($"parameter {i++}", Numbers.Read(our), Numbers.Read(their));
    }

    public override void Dispose() => theirs.Dispose();
}
