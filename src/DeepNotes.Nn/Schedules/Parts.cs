using System.Globalization;

namespace DeepNotes.Nn;

/// <summary>The schedules that a schedule is made of.</summary>
internal static class Parts
{
    /// <summary>The optimizer that all have.</summary>
    public static Optimizer Optimizer(IReadOnlyList<LearningRateSchedule> schedules, string name)
    {
        ArgumentNullException.ThrowIfNull(schedules);
        if (schedules.Count == 0) throw new ArgumentException($"{name}: there are no schedules.", nameof(schedules));
        if (schedules.Any(s => !ReferenceEquals(s.Optimizer, schedules[0].Optimizer))) throw new ArgumentException($"{name}: the schedules must all have the same optimizer.", nameof(schedules));
        return schedules[0].Optimizer;
    }

    public static IEnumerable<(string Name, double[] Values)> State(LearningRateSchedule[] schedules) =>
        schedules.SelectMany((schedule, i) => schedule.Numbers().Select(s => (Key(i, s.Name), s.Values)));

    public static void Restore(LearningRateSchedule[] schedules, Func<string, double[]> numbers)
    {
        for (int i = 0; i < schedules.Length; i++)
        {
            int index = i;
            schedules[i].TakeNumbers(name => numbers(Key(index, name)));
        }
    }

    private static string Key(int index, string name) => string.Create(CultureInfo.InvariantCulture, $"_schedulers.{index}.{name}");
}
