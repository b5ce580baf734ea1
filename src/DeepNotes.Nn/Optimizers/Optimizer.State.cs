using System.Globalization;
using DeepNotes.IO;

namespace DeepNotes.Nn;

public abstract partial class Optimizer
{
    /// <summary>
    /// All that the next step depends on, under PyTorch's names: <c>state.3.exp_avg</c> and <c>state.3.step</c> for the
    /// fourth parameter, <c>param_groups.0.lr</c>, <c>param_groups.0.weight_decay</c> and, where there is one,
    /// <c>param_groups.0.momentum</c> (Adam's first β) for the first group. Parameters
    /// without an update so far have no state.
    /// </summary>
    /// <remarks>The state's tensors share the optimizer's memory and follow its steps; clone them to keep a moment.</remarks>
    public virtual IReadOnlyDictionary<string, Tensor> StateDict()
    {
        var dict = new OrderedDictionary<string, Tensor>();
        foreach (var (index, parameter, group) in Indexed())
        {
            if (!states.TryGetValue(parameter, out ParameterState? state)) continue;
            dict.Add(StepKey(index), Tensor.From(state.Step).Reshape(Shape.Scalar));
            for (int i = 0; i < NumberNames.Count; i++) dict.Add(StateKey(index, NumberNames[i]), Tensor.Scalar(state.Numbers[i], DType.Float64));
            IReadOnlyList<string> names = StateNamesOf(parameter);
            for (int i = 0; i < names.Count; i++) dict.Add(StateKey(index, names[i]), state[i].Detach());
        }
        for (int g = 0; g < Groups.Count; g++)
        {
            foreach (var (name, value) in Groups[g].Named()) dict.Add(GroupKey(g, name), Tensor.Scalar(value, DType.Float64));
        }
        return dict;
    }

    /// <summary>Takes over what <see cref="StateDict"/> gave, so that training goes on with the same bits.</summary>
    /// <param name="dict">The state of an optimizer of the same kind over parameters of the same shapes in the same order.</param>
    /// <exception cref="StateDictException">Keys or shapes differ. The exception names all that do, and nothing has been loaded.</exception>
    public virtual void LoadStateDict(IReadOnlyDictionary<string, Tensor> dict)
    {
        var expected = new List<(string Key, Tensor Value)>();
        var loaded = new Dictionary<Parameter, ParameterState>(ReferenceEqualityComparer.Instance);
        Tensor scalar = Tensor.Scalar(0);
        foreach (var (index, parameter, group) in Indexed())
        {
            // A parameter has either all of its state or, before its first update, none.
            IReadOnlyList<string> names = StateNamesOf(parameter);
            if (!dict.ContainsKey(StepKey(index)) && !names.Concat(NumberNames).Any(name => dict.ContainsKey(StateKey(index, name)))) continue;
            loaded[parameter] = NewState(parameter, group);
            expected.Add((StepKey(index), scalar.Clone()));
            foreach (string name in NumberNames) expected.Add((StateKey(index, name), scalar.Clone()));
            for (int i = 0; i < names.Count; i++) expected.Add((StateKey(index, names[i]), loaded[parameter][i]));
        }
        for (int g = 0; g < Groups.Count; g++)
        {
            foreach (var (name, _) in Groups[g].Named()) expected.Add((GroupKey(g, name), scalar.Clone()));
        }
        var difference = StateDictDifference.Between(expected, dict);
        if (!difference.IsEmpty) throw new StateDictException(GetType().Name, difference, strict: true);

        states.Clear();
        foreach (var (index, parameter, group) in Indexed())
        {
            if (!loaded.TryGetValue(parameter, out ParameterState? state)) continue;
            state.Step = (long)dict[StepKey(index)].Item();
            for (int i = 0; i < NumberNames.Count; i++) state.Numbers[i] = dict[StateKey(index, NumberNames[i])].Item();
            IReadOnlyList<string> names = StateNamesOf(parameter);
            for (int i = 0; i < names.Count; i++) state[i].CopyFrom(dict[StateKey(index, names[i])]);
            states[parameter] = state;
        }
        for (int g = 0; g < Groups.Count; g++)
        {
            foreach (var (name, _) in Groups[g].Named()) Groups[g].Set(name, dict[GroupKey(g, name)].Item());
        }
    }

    /// <summary>Writes <see cref="StateDict"/> as a safetensors file, whole or not at all.</summary>
    /// <param name="path">The file.</param>
    public void Save(string path) => Safetensors.Save(path, StateDict());

    /// <summary>Loads what <see cref="Save"/> wrote.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="StateDictException">Keys or shapes differ; nothing has been loaded.</exception>
    public void Load(string path) => LoadStateDict(Safetensors.Load(path));

    private IEnumerable<(int Index, Parameter Parameter, ParameterGroup Group)> Indexed() =>
        Groups.SelectMany(g => g.Parameters.Select(p => (p, g))).Select((pair, i) => (i, pair.p, pair.g));

    private static string StateKey(int parameter, string name) => string.Create(CultureInfo.InvariantCulture, $"state.{parameter}.{name}");

    private static string StepKey(int parameter) => string.Create(CultureInfo.InvariantCulture, $"state.{parameter}.step");

    private static string GroupKey(int group, string name) => string.Create(CultureInfo.InvariantCulture, $"param_groups.{group}.{name}");
}
