namespace DeepNotes.Nn;

/// <summary>
/// The plain mean of a model's weights at several moments (Izmailov et al. 2018, "Averaging Weights Leads to Wider Optima and
/// Better Generalization"). Batch norms need their statistics again under the mean, by a pass over the data in training
/// mode; or average the buffers too. Matches torch.optim.swa_utils.AveragedModel.
/// </summary>
/// <param name="model">The model.</param>
/// <param name="useBuffers">Whether floating-point buffers, such as running statistics, are averaged too.</param>
public sealed class StochasticWeightAverage(Module model, bool useBuffers = false) : WeightAverage(model, useBuffers)
{
    private protected override double Share(long count) => 1.0 / (count + 1);
}
