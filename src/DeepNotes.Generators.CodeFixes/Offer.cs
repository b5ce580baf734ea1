using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Editing;

namespace DeepNotes.Generators.CodeFixes;

/// <summary>One way out of a diagnostic, as the editor's menu shows it.</summary>
/// <param name="title">The line in the menu.</param>
/// <param name="key">What offers of the same kind share, so that one choice can mend a whole project.</param>
/// <param name="edit">The edits.</param>
internal sealed class Offer(string title, string key, Func<SolutionEditor, CancellationToken, Task> edit)
{
    public string Title => title;

    public string Key => key;

    public async Task<Solution> Apply(Solution solution, CancellationToken cancellation)
    {
        var editor = new SolutionEditor(solution);
        await edit(editor, cancellation).ConfigureAwait(false);
        return editor.GetChangedSolution();
    }
}
