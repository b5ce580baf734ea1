using DeepNotes.IO;

namespace DeepNotes.Nn;

/// <summary>
/// Multiplies the learning rates by a factor when a measure, as a rule the loss on validation data, has not become better for
/// some epochs. Matches torch.optim.lr_scheduler.ReduceLROnPlateau.
/// </summary>
public sealed class ReduceLROnPlateau
{
    private readonly Optimizer optimizer;
    private readonly bool maximize;
    private readonly double factor;
    private readonly int patience;
    private readonly double threshold;
    private readonly bool isRelative;
    private readonly int cooldown;
    private readonly double minimum;
    private readonly double epsilon;
    private long count;
    private long bad;
    private long cooling;

    /// <summary>A schedule for an optimizer.</summary>
    /// <param name="optimizer">Whose learning rates change.</param>
    /// <param name="maximize">Whether a larger measure is a better one; PyTorch's mode.</param>
    /// <param name="factor">What the rates are multiplied by, below 1.</param>
    /// <param name="patience">How many steps may pass without a better measure.</param>
    /// <param name="threshold">By how much a measure must be better to count.</param>
    /// <param name="isRelative">Whether that is a part of the best measure, or a difference; threshold_mode.</param>
    /// <param name="cooldown">How many steps after a change are not counted.</param>
    /// <param name="minimum">The lowest rate; min_lr.</param>
    /// <param name="epsilon">Changes that are not larger than this are left out.</param>
    /// <exception cref="ArgumentOutOfRangeException">The factor is not from 0 to below 1.</exception>
    public ReduceLROnPlateau(Optimizer optimizer, bool maximize = false, double factor = 0.1, int patience = 10, double threshold = 1e-4, bool isRelative = true, int cooldown = 0, double minimum = 0, double epsilon = 1e-8)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        if (!(factor is >= 0 and < 1)) throw new ArgumentOutOfRangeException(nameof(factor), factor, "ReduceLROnPlateau: the factor is from 0 to below 1.");
        (this.optimizer, this.maximize, this.factor, this.patience, this.threshold) = (optimizer, maximize, factor, patience, threshold);
        (this.isRelative, this.cooldown, this.minimum, this.epsilon) = (isRelative, cooldown, minimum, epsilon);
        Best = maximize ? double.NegativeInfinity : double.PositiveInfinity;
    }

    /// <summary>The best measure so far.</summary>
    public double Best { get; private set; }

    /// <summary>The learning rates of the groups, as they are now.</summary>
    public IReadOnlyList<double> Rates => [.. optimizer.Groups.Select(g => g.LearningRate)];

    /// <summary>Takes in a measure and sets the learning rates.</summary>
    /// <param name="measure">The measure after another epoch.</param>
    public void Step(double measure)
    {
        count++;
        bad++;
        if (IsBetter(measure)) (Best, bad) = (measure, 0);
        if (cooling > 0)
        {
            cooling--;
            bad = 0;
        }
        if (bad <= patience) return;
        foreach (ParameterGroup group in optimizer.Groups)
        {
            double rate = Math.Max(group.LearningRate * factor, minimum);
            if (group.LearningRate - rate > epsilon) group.LearningRate = rate;
        }
        (cooling, bad) = (cooldown, 0);
    }

    /// <summary>All that the next steps depend on, under PyTorch's names; the optimizer's own state has the rates.</summary>
    public IReadOnlyDictionary<string, Tensor> StateDict() => new OrderedDictionary<string, Tensor>
    {
        ["best"] = Tensor.Scalar(Best, DType.Float64),
        ["num_bad_epochs"] = Tensor.Scalar(bad, DType.Float64),
        ["cooldown_counter"] = Tensor.Scalar(cooling, DType.Float64),
        ["last_epoch"] = Tensor.Scalar(count, DType.Float64),
    };

    /// <summary>Takes over what <see cref="StateDict"/> gave.</summary>
    /// <param name="dict">The state of a schedule of the same kind.</param>
    /// <exception cref="StateDictException">Keys or shapes differ; nothing has been loaded.</exception>
    public void LoadStateDict(IReadOnlyDictionary<string, Tensor> dict)
    {
        ArgumentNullException.ThrowIfNull(dict);
        var difference = StateDictDifference.Between([.. StateDict().Select(s => (s.Key, s.Value))], dict);
        if (!difference.IsEmpty) throw new StateDictException(nameof(ReduceLROnPlateau), difference, strict: true);
        Best = dict["best"].Item();
        (bad, cooling, count) = ((long)dict["num_bad_epochs"].Item(), (long)dict["cooldown_counter"].Item(), (long)dict["last_epoch"].Item());
    }

    /// <summary>Writes <see cref="StateDict"/> as a safetensors file, whole or not at all.</summary>
    /// <param name="path">The file.</param>
    public void Save(string path) => Safetensors.Save(path, StateDict());

    /// <summary>Loads what <see cref="Save"/> wrote.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="StateDictException">Keys or shapes differ; nothing has been loaded.</exception>
    public void Load(string path) => LoadStateDict(Safetensors.Load(path));

    private bool IsBetter(double measure) => (maximize, isRelative) switch
    {
        (false, true) => measure < Best * (1 - threshold),
        (false, false) => measure < Best - threshold,
        (true, true) => measure > Best * (1 + threshold),
        (true, false) => measure > Best + threshold,
    };
}
