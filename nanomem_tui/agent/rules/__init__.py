"""How `rules`, the built-in planner, understands plain sentences. No model, no network, no disk."""
