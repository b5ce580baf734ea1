using DeepNotes.IO;

namespace DeepNotes.Nn;

/// <summary>
/// Changes the learning rates of an optimizer's groups from step to step. Making one sets the rates of the first step; then
/// call <see cref="Step"/> after each of the optimizer's, or once an epoch, as the schedule's numbers are meant. Matches the
/// schedulers of torch.optim.lr_scheduler.
/// </summary>
/// <remarks>
/// Most schedules multiply the rate as it is, so that several on one optimizer act together; see <see cref="ChainedScheduler"/>
/// and <see cref="SequentialLR"/>. The rates that they start from are those that the optimizer had before its first schedule.
/// </remarks>
public abstract class LearningRateSchedule
{
    /// <summary>A schedule for an optimizer. The derived class ends its constructor with <see cref="Begin"/>.</summary>
    /// <param name="optimizer">Whose learning rates change.</param>
    protected LearningRateSchedule(Optimizer optimizer)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        Optimizer = optimizer;
        foreach (ParameterGroup group in optimizer.Groups) group.InitialLearningRate ??= group.LearningRate;
        BaseRates = [.. optimizer.Groups.Select(g => g.InitialLearningRate!.Value)];
    }

    /// <summary>Whose learning rates change.</summary>
    public Optimizer Optimizer { get; }

    /// <summary>How many steps have been taken.</summary>
    public long StepCount { get; private protected set; }

    /// <summary>The learning rates of the groups, as they are now.</summary>
    public IReadOnlyList<double> Rates => [.. Optimizer.Groups.Select(g => g.LearningRate)];

    /// <summary>The learning rate of each group that the schedule starts from.</summary>
    protected IReadOnlyList<double> BaseRates { get; private protected set; }

    /// <summary>Sets the learning rates of the next step.</summary>
    public virtual void Step()
    {
        StepCount++;
        Set();
    }

    /// <summary>All that the next steps depend on, under PyTorch's names; the optimizer's own state has the rates and momenta as they are.</summary>
    public IReadOnlyDictionary<string, Tensor> StateDict()
    {
        var dict = new OrderedDictionary<string, Tensor>();
        foreach (var (name, value) in State()) dict.Add(name, Tensor.From<double>(value));
        return dict;
    }

    /// <summary>Takes over what <see cref="StateDict"/> gave.</summary>
    /// <param name="dict">The state of a schedule of the same kind for as many groups.</param>
    /// <exception cref="StateDictException">Keys or shapes differ; nothing has been loaded.</exception>
    public void LoadStateDict(IReadOnlyDictionary<string, Tensor> dict)
    {
        ArgumentNullException.ThrowIfNull(dict);
        var expected = State().Select(s => (s.Name, Tensor.Zeros([s.Values.Length], DType.Float64))).ToList();
        var difference = StateDictDifference.Between(expected, dict);
        if (!difference.IsEmpty) throw new StateDictException(GetType().Name, difference, strict: true);
        Restore(name => dict[name].To(DType.Float64).ToArray<double>());
    }

    /// <summary>Writes <see cref="StateDict"/> as a safetensors file, whole or not at all.</summary>
    /// <param name="path">The file.</param>
    public void Save(string path) => Safetensors.Save(path, StateDict());

    /// <summary>Loads what <see cref="Save"/> wrote.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="StateDictException">Keys or shapes differ; nothing has been loaded.</exception>
    public void Load(string path) => LoadStateDict(Safetensors.Load(path));

    /// <summary>The learning rate of a group at <see cref="StepCount"/>.</summary>
    /// <param name="group">Which group.</param>
    /// <param name="rate">Its rate one step before; at step 0 the one to start from.</param>
    protected abstract double Next(int group, double rate);

    /// <summary>Sets the rates of the first step.</summary>
    protected void Begin() => Set();

    /// <summary>Begins again, from the first rates: for a schedule that takes over from another.</summary>
    protected internal virtual void Restart()
    {
        StepCount = 0;
        for (int g = 0; g < BaseRates.Count; g++) Optimizer.Groups[g].LearningRate = BaseRates[g];
        Set();
    }

    /// <summary>As <see cref="Restart"/>, on top of the rates that another schedule has just set.</summary>
    internal virtual void RestartFromCurrent()
    {
        StepCount = 0;
        Set();
    }

    internal IEnumerable<(string Name, double[] Values)> Numbers() => State();

    internal void TakeNumbers(Func<string, double[]> numbers) => Restore(numbers);

    /// <summary>The numbers of the state, under their names.</summary>
    private protected virtual IEnumerable<(string Name, double[] Values)> State() => [("last_epoch", [StepCount]), ("base_lrs", [.. BaseRates])];

    /// <summary>Takes over the numbers of the state.</summary>
    /// <param name="numbers">Those of a name.</param>
    private protected virtual void Restore(Func<string, double[]> numbers)
    {
        StepCount = (long)numbers("last_epoch")[0];
        BaseRates = numbers("base_lrs");
    }

    private void Set()
    {
        for (int g = 0; g < Optimizer.Groups.Count; g++) Optimizer.Groups[g].LearningRate = Next(g, Optimizer.Groups[g].LearningRate);
    }
}
