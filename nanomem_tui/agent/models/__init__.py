"""The models a flow can call, behind one small protocol (`base.Model`)."""
